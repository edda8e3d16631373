package io.genstage.boot;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One place that says something about a stage: its properties, its annotation, or the
 * defaults.
 *
 * @param prefix the prefix of the properties, or {@code null} for the annotation
 * @param declaration the stage
 * @param values what is said there
 */
record SettingSource(@Nullable String prefix, StageDeclaration declaration, GenStageProperties.Stage values) {

	static SettingSource annotation(StageDeclaration declaration) {
		return new SettingSource(null, declaration, new GenStageProperties.Stage(declaration.maxDemand(),
				declaration.minDemand(), declaration.bufferSize(), null, declaration.dispatcher(), null));
	}

	static SettingSource properties(String prefix, StageDeclaration declaration, GenStageProperties.Stage values) {
		return new SettingSource(prefix, declaration, values);
	}

	/**
	 * Creates a problem with something that is said here.
	 * @param setting the setting, as a property is written: {@code max-demand}
	 * @param description what is wrong and what would be right
	 */
	WiringProblem problem(String setting, String description) {
		if (this.prefix != null) {
			return new WiringProblem("property '%s.%s'".formatted(this.prefix, setting), description);
		}
		return new WiringProblem(this.declaration.place(),
				"attribute '%s' %s".formatted(attributeName(setting), description));
	}

	/** Turns {@code max-demand} into {@code maxDemand}. */
	private static String attributeName(String setting) {
		return Pattern.compile("-(.)").matcher(setting).replaceAll((match) -> match.group(1).toUpperCase(Locale.ROOT));
	}

}
