package io.genstage.boot.setting;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.StageKind;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.Setting.Range;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import org.jspecify.annotations.Nullable;

/**
 * What several places say about one thing, for each setting by itself.
 *
 * @param kind the kind of the stage, which has only the settings of its kind
 * @param sources the places, the nearest first
 */
record Settings(StageKind kind, List<SettingSource> sources) {

	/** Finds the nearest place that says something. */
	<T extends Comparable<? super T>> Optional<Said<T>> find(Setting<T> setting) {
		if (!setting.kinds().contains(this.kind)) {
			return Optional.empty();
		}
		for (int distance = 0; distance < this.sources.size(); distance++) {
			SettingSource source = this.sources.get(distance);
			T value = source.values().get(setting);
			if (value != null) {
				return Optional.of(new Said<>(setting, value, distance, source));
			}
		}
		return Optional.empty();
	}

	/** Returns what is set if it is in its range. */
	<T extends Comparable<? super T>> Optional<T> value(Setting<T> setting) {
		return find(setting).filter((said) -> rangeProblem(said).isEmpty())
			.map((said) -> atLeast(said.value(), leastOf(setting)));
	}

	/**
	 * Returns what is set if it is in its range, or else the default if there is one.
	 */
	private <T extends Comparable<? super T>> @Nullable T holding(Setting<T> setting) {
		T otherwise = setting.otherwise();
		return value(setting).orElse((otherwise != null) ? atLeast(otherwise, leastOf(setting)) : null);
	}

	/** Returns what holds of a setting that has a default. */
	<T extends Comparable<? super T>> T required(Setting<T> setting) {
		return Objects.requireNonNull(holding(setting));
	}

	/** Returns what holds of all settings that have a value. */
	SettingValues holding() {
		SettingValues.Builder values = new SettingValues.Builder();
		SettingTable.ALL.stream()
			.filter((setting) -> setting.kinds().contains(this.kind))
			.forEach((setting) -> say(setting, values));
		return values.build();
	}

	private <T extends Comparable<? super T>> void say(Setting<T> setting, SettingValues.Builder values) {
		values.say(setting, holding(setting));
	}

	private <T extends Comparable<? super T>> @Nullable T leastOf(Setting<T> setting) {
		Setting<T> lower = setting.range().notBelow();
		return (lower != null) ? holding(lower) : null;
	}

	private static <T extends Comparable<? super T>> T atLeast(T value, @Nullable T least) {
		return (least != null && value.compareTo(least) < 0) ? least : value;
	}

	/** Adds settings of the stage, each with who says so. */
	void addTo(SettingsInForce.Builder inForce, Predicate<Setting<?>> some) {
		SettingTable.ALL.stream()
			.filter((setting) -> setting.kinds().contains(this.kind))
			.filter(some)
			.forEach((setting) -> inForce.add(SettingKey.of(setting), inWords(setting),
					find(setting).<SettingOrigin>map(Said::origin).orElse(SettingOrigin.BUILT_IN)));
	}

	private <T extends Comparable<? super T>> String inWords(Setting<T> setting) {
		T holding = holding(setting);
		return (holding != null) ? Setting.print(holding) : setting.otherwiseInWords();
	}

	/** Returns problems with all that is set and not in its range, of some settings. */
	Stream<WiringProblem> rangeProblems(Predicate<Setting<?>> some) {
		return SettingTable.ALL.stream().filter(some).flatMap((setting) -> rangeProblem(setting).stream());
	}

	Optional<WiringProblem> rangeProblem(Setting<?> setting) {
		return find(setting).flatMap((said) -> rangeProblem(said).map(said::problem));
	}

	private <T extends Comparable<? super T>> Optional<String> rangeProblem(Said<T> said) {
		Range<T> range = said.setting().range();
		Setting<T> lower = range.notBelow();
		// What is set with less precedence than the lower one was not meant for it.
		boolean meant = lower != null && find(lower).filter((other) -> other.distance() < said.distance()).isEmpty();
		return range.problemOf(said.value(), meant ? leastOf(said.setting()) : null);
	}

	/** Returns a problem with each of some settings that is set anywhere. */
	Stream<WiringProblem> refuse(String description, Setting<?>... settings) {
		return said(settings).map((said) -> said.problem(description));
	}

	/** Returns whether any of some settings is set. */
	boolean isAnySaid(Setting<?>... settings) {
		return said(settings).findAny().isPresent();
	}

	private Stream<Said<?>> said(Setting<?>... settings) {
		return Stream.of(settings).<Said<?>>flatMap((setting) -> find(setting).stream());
	}

	/**
	 * A value and where it was set.
	 *
	 * @param <T> the type of the value
	 * @param setting of what it is
	 * @param value what is set
	 * @param distance the number of places that are nearer
	 * @param source the place
	 */
	record Said<T extends Comparable<? super T>>(Setting<T> setting, T value, int distance, SettingSource source) {

		SettingOrigin origin() {
			return this.source.origin(this.setting.name());
		}

		WiringProblem problem(String description) {
			return this.source.problem(this.setting.name(), description);
		}

	}

}
