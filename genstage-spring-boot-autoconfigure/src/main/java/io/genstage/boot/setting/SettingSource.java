package io.genstage.boot.setting;

import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingValues;

/**
 * One place that says something about a stage or a subscription: its properties, its
 * annotation, or the defaults.
 *
 * @param values what is said there
 * @param naming names a setting's place
 */
record SettingSource(SettingValues values, Naming naming) {

	static SettingSource annotation(StageDeclaration declaration) {
		return new SettingSource(declaration.attributes(),
				(setting, description) -> new WiringProblem(declaration.place(),
						"attribute '%s' %s".formatted(Setting.attribute(setting), description)));
	}

	static SettingSource annotation(StageDeclaration declaration, EdgeDeclaration edge) {
		return new SettingSource(edge.attributes(),
				(setting, description) -> new WiringProblem(declaration.place(),
						"attribute '%s' of the subscription to '%s' %s".formatted(Setting.attribute(setting),
								edge.producer(), description)));
	}

	static SettingSource properties(String prefix, SettingValues values) {
		return new SettingSource(values,
				(setting, description) -> WiringProblem.ofProperty(prefix + "." + setting, description));
	}

	/** Returns a place inside this one, as a property is below another. */
	SettingSource below(String path, SettingValues values) {
		return new SettingSource(values,
				(setting, description) -> this.naming.problem(path + "." + setting, description));
	}

	/**
	 * Creates a problem with something that is said here.
	 * @param setting the setting, as a property is written: {@code max-demand}
	 * @param description what is wrong and what would be right
	 */
	WiringProblem problem(String setting, String description) {
		return this.naming.problem(setting, description);
	}

	/**
	 * Names a setting as it is written in its place.
	 */
	@FunctionalInterface
	interface Naming {

		WiringProblem problem(String setting, String description);

	}

}
