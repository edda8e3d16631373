package io.genstage.boot.setting;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.boot.declaration.WiringProblem;
import org.jspecify.annotations.Nullable;

/**
 * What several places say about one thing, for each setting by itself.
 *
 * @param <V> the type of what can be said
 * @param sources the places, the nearest first
 * @param problems where to report what is wrong
 */
record Settings<V>(List<SettingSource<V>> sources, Collection<WiringProblem> problems) {

	private static final Duration LONGEST = Duration.ofDays(365);

	/**
	 * Finds the nearest place that says something.
	 * @param name the setting, as a property is written
	 * @param value reads the setting
	 */
	<T> Optional<Setting<T>> find(String name, Function<V, @Nullable T> value) {
		for (int distance = 0; distance < this.sources.size(); distance++) {
			SettingSource<V> source = this.sources.get(distance);
			T said = value.apply(source.values());
			if (said != null) {
				return Optional.of(new Setting<>(name, said, distance, source));
			}
		}
		return Optional.empty();
	}

	/** Returns whether a number is in its range, and reports it if it isn't. */
	boolean isInRange(Setting<Integer> setting, int lowest, int highest, String why) {
		int value = setting.value();
		if (value >= lowest && value <= highest) {
			return true;
		}
		report(setting, "must be from %d to %d%s, but is %d".formatted(lowest, highest, why, value));
		return false;
	}

	/** Returns whether a time is in its range, and reports it if it isn't. */
	boolean isInRange(Setting<Duration> setting, Duration shortest) {
		Duration value = setting.value();
		if (value.compareTo(shortest) >= 0 && value.compareTo(LONGEST) <= 0) {
			return true;
		}
		report(setting, "must be from %s to %s, but is %s".formatted(Times.print(shortest), Times.print(LONGEST),
				Times.print(value)));
		return false;
	}

	void report(Setting<?> setting, String description) {
		this.problems.add(setting.source().problem(setting.name(), description));
	}

	/** Reports the first of some settings that is said anywhere, if one is. */
	void reportFirst(String description, List<Optional<? extends Setting<?>>> settings) {
		settings.stream().flatMap(Optional::stream).findFirst().ifPresent((setting) -> report(setting, description));
	}

	/**
	 * A value and where it was said.
	 *
	 * @param <T> the type of the value
	 * @param name the setting
	 * @param value what is said
	 * @param distance the number of places that are nearer
	 * @param source the place
	 */
	record Setting<T>(String name, T value, int distance, SettingSource<?> source) {
	}

}
