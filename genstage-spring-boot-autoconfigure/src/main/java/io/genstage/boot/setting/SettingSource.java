package io.genstage.boot.setting;

import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.EdgeValues;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;

/**
 * One place that says something about a stage or a subscription: its properties, its
 * annotation, or the defaults.
 *
 * @param <V> the type of what can be said
 * @param values what is said there
 * @param naming names a setting's place
 */
record SettingSource<V>(V values, Naming naming) {

	static SettingSource<GenStageProperties.Stage> annotation(StageDeclaration declaration) {
		return new SettingSource<>(declaration.attributes(),
				(setting, description) -> new WiringProblem(declaration.place(),
						"attribute '%s' %s".formatted(attributeName(setting), description)));
	}

	static SettingSource<EdgeValues> annotation(StageDeclaration declaration, EdgeDeclaration edge) {
		return new SettingSource<>(edge.attributes(),
				(setting, description) -> new WiringProblem(declaration.place(),
						"attribute '%s' of the subscription to '%s' %s".formatted(attributeName(setting),
								edge.producer(), description)));
	}

	static <V> SettingSource<V> properties(String prefix, V values) {
		return new SettingSource<>(values,
				(setting, description) -> WiringProblem.ofProperty(prefix + "." + setting, description));
	}

	/** Returns the same place, of which only a part of the values matters. */
	<P> SettingSource<P> part(Function<V, P> part) {
		return new SettingSource<>(part.apply(this.values), this.naming);
	}

	/** Returns whether this is a part of the other one, or all of it. */
	boolean isPartOf(SettingSource<?> whole) {
		return this.naming.equals(whole.naming);
	}

	/** Returns a place inside this one, as a property is below another. */
	<P> SettingSource<P> below(String path, P values) {
		return new SettingSource<>(values,
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
