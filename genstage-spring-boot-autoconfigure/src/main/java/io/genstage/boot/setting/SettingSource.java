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
 * @param values what is set there
 * @param naming names a setting's place
 */
record SettingSource(SettingValues values, Naming naming) {

	static SettingSource annotation(StageDeclaration declaration) {
		return new SettingSource(declaration.attributes(), (setting) -> SettingOrigin.annotation(declaration.place(),
				"attribute '%s'".formatted(Setting.attribute(setting))));
	}

	static SettingSource annotation(StageDeclaration declaration, EdgeDeclaration edge) {
		return new SettingSource(edge.attributes(), (setting) -> SettingOrigin.annotation(declaration.place(),
				"attribute '%s' of the subscription to '%s'".formatted(Setting.attribute(setting), edge.producer())));
	}

	/** Returns the properties of a stage. */
	static SettingSource properties(String prefix, SettingValues values) {
		return new SettingSource(values,
				(setting) -> SettingOrigin.property(SettingOrigin.Kind.PROPERTY, prefix + "." + setting));
	}

	/** Returns the properties for all stages. */
	static SettingSource defaults(SettingValues values) {
		return new SettingSource(values,
				(setting) -> SettingOrigin.property(SettingOrigin.Kind.DEFAULTS, "genstage.defaults." + setting));
	}

	/** Returns what holds if nobody says anything. */
	static SettingSource builtIn(SettingValues values) {
		return new SettingSource(values, (setting) -> SettingOrigin.BUILT_IN);
	}

	/** Returns a place inside this one, as a property is below another. */
	SettingSource below(String path, SettingValues values) {
		return new SettingSource(values, (setting) -> this.naming.origin(path + "." + setting));
	}

	/**
	 * Returns where something is set here.
	 * @param setting the setting, as a property is written: {@code max-demand}
	 */
	SettingOrigin origin(String setting) {
		return this.naming.origin(setting);
	}

	/**
	 * Creates a problem with something that is set here.
	 * @param setting the setting, as a property is written: {@code max-demand}
	 * @param description what is wrong and what would be right
	 */
	WiringProblem problem(String setting, String description) {
		return origin(setting).problem(description);
	}

	/**
	 * Names a setting as it is written in its place.
	 */
	@FunctionalInterface
	interface Naming {

		SettingOrigin origin(String setting);

	}

}
