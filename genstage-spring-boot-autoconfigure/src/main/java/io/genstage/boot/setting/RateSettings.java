package io.genstage.boot.setting;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.GenStageProperties.Rate;
import io.genstage.boot.setting.Settings.Setting;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * The settings that limit how many events pass in some time.
 */
final class RateSettings {

	private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(1);

	private final Settings<GenStageProperties.Stage> settings;

	RateSettings(Settings<GenStageProperties.Stage> settings) {
		this.settings = settings;
	}

	/**
	 * Returns the limit if there is one; what is out of range or says nothing without the
	 * number of events is reported.
	 */
	Optional<RateLimit> limit() {
		Optional<Setting<Integer>> events = find("events", Rate::events);
		Optional<Setting<Duration>> period = find("period", Rate::period);
		Optional<Setting<Integer>> burst = find("burst", Rate::burst);
		if (events.isEmpty()) {
			period.ifPresent(this::refuse);
			burst.ifPresent(this::refuse);
			return Optional.empty();
		}
		Duration time = period.filter((setting) -> this.settings.isInRange(setting, Duration.ofMillis(1)))
			.map(Setting::value)
			.orElse(DEFAULT_PERIOD);
		Optional<Integer> most = burst.filter(this::isCount).map(Setting::value);
		return events.filter(this::isCount)
			.map((setting) -> RateLimit.of(setting.value(), time))
			.map((limit) -> most.map((value) -> limit.withBurst(value)).orElse(limit));
	}

	private boolean isCount(Setting<Integer> setting) {
		return this.settings.isInRange(setting, 1, Integer.MAX_VALUE, "");
	}

	/** Reports the first setting that says something. */
	void refuse(String description) {
		this.settings.reportFirst(description,
				List.of(find("events", Rate::events), find("period", Rate::period), find("burst", Rate::burst)));
	}

	private void refuse(Setting<?> setting) {
		this.settings.report(setting,
				"has no effect without 'rate.events': say how many events may pass, or remove it");
	}

	private <T> Optional<Setting<T>> find(String name, Function<Rate, @Nullable T> value) {
		return this.settings.find("rate." + name, (stage) -> (stage.rate() != null) ? value.apply(stage.rate()) : null);
	}

}
