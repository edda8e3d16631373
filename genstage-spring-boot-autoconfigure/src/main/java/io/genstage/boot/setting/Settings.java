package io.genstage.boot.setting;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.table.Setting;

/**
 * What several places say about one thing, for each setting by itself.
 *
 * @param sources the places, the nearest first
 * @param problems where to report what is wrong
 */
record Settings(List<SettingSource> sources, Collection<WiringProblem> problems) {

	/** Finds the nearest place that says something. */
	<T extends Comparable<? super T>> Optional<Said<T>> find(Setting<T> setting) {
		for (int distance = 0; distance < this.sources.size(); distance++) {
			SettingSource source = this.sources.get(distance);
			T value = source.values().get(setting);
			if (value != null) {
				return Optional.of(new Said<>(setting, value, distance, source));
			}
		}
		return Optional.empty();
	}

	/** Returns what is said if it is in its range; if it isn't in, it is reported. */
	<T extends Comparable<? super T>> Optional<Said<T>> inRange(Setting<T> setting) {
		return find(setting).filter((said) -> isGood(said, setting.problemOf(said.value())));
	}

	/** Returns the value that is said if it is in its range, and reports it if not. */
	<T extends Comparable<? super T>> Optional<T> value(Setting<T> setting) {
		return inRange(setting).map(Said::value);
	}

	/**
	 * Returns whether something is within narrower bounds than always, and reports it if
	 * it isn't.
	 * @param why why these are the bounds, for the message
	 */
	<T extends Comparable<? super T>> boolean isWithin(Said<T> said, T lowest, T highest, String why) {
		return isGood(said, said.setting().problemOf(said.value(), lowest, highest, why));
	}

	private boolean isGood(Said<?> said, Optional<String> problem) {
		problem.ifPresent((description) -> report(said, description));
		return problem.isEmpty();
	}

	void report(Said<?> said, String description) {
		this.problems.add(said.source().problem(said.setting().name(), description));
	}

	/** Reports the first of some settings that is said anywhere, if one is. */
	void refuseFirst(String description, Setting<?>... settings) {
		Stream.of(settings)
			.<Optional<? extends Said<?>>>map(this::find)
			.flatMap(Optional::stream)
			.findFirst()
			.ifPresent((said) -> report(said, description));
	}

	/** Returns whether anything is said of one of some settings. */
	boolean isAnySaid(Setting<?>... settings) {
		return Stream.of(settings).anyMatch((setting) -> find(setting).isPresent());
	}

	/**
	 * A value and where it was said.
	 *
	 * @param <T> the type of the value
	 * @param setting of what it is
	 * @param value what is said
	 * @param distance the number of places that are nearer
	 * @param source the place
	 */
	record Said<T extends Comparable<? super T>>(Setting<T> setting, T value, int distance, SettingSource source) {
	}

}
