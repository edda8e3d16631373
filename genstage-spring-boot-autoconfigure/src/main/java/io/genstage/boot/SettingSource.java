package io.genstage.boot;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One place that says something about a stage: its properties, its annotation, or the
 * defaults.
 *
 * @param values what is said there
 * @param naming tells a setting's place
 */
record SettingSource(GenStageProperties.Stage values, Naming naming) {

	static SettingSource annotation(StageDeclaration declaration) {
		GenStageProperties.Stage values = new GenStageProperties.Stage(declaration.maxDemand(), declaration.minDemand(),
				declaration.bufferSize(), null, declaration.dispatcher(), null);
		return new SettingSource(values, (setting, description) -> new WiringProblem(declaration.place(),
				"attribute '%s' %s".formatted(attributeName(setting), description)));
	}

	static SettingSource properties(String prefix, GenStageProperties.Stage values) {
		return new SettingSource(values, (setting,
				description) -> new WiringProblem("property '%s.%s'".formatted(prefix, setting), description));
	}

	/**
	 * Creates a problem with something that is said here.
	 * @param setting the setting, as a property is written: {@code max-demand}
	 * @param description what is wrong and what would be right
	 */
	WiringProblem problem(String setting, String description) {
		return this.naming.problem(setting, description);
	}

	/** Turns {@code max-demand} into {@code maxDemand}. */
	private static String attributeName(String setting) {
		return Pattern.compile("-(.)").matcher(setting).replaceAll((match) -> match.group(1).toUpperCase(Locale.ROOT));
	}

	/**
	 * Names a setting as it is written in its place.
	 */
	@FunctionalInterface
	interface Naming {

		WiringProblem problem(String setting, String description);

	}

}
