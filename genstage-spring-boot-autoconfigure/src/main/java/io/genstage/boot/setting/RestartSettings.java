package io.genstage.boot.setting;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.GenStageProperties.Restart;
import io.genstage.boot.setting.Settings.Setting;
import io.genstage.pipeline.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The settings that say what is done when a stage has failed.
 */
final class RestartSettings {

	private static final double LARGEST_MULTIPLIER = 1000;

	private final Settings<GenStageProperties.Stage> settings;

	RestartSettings(Settings<GenStageProperties.Stage> settings) {
		this.settings = settings;
	}

	/** Returns the policy; what is out of range is reported and left out. */
	RestartPolicy policy() {
		RestartPolicy defaults = RestartPolicy.defaults();
		Duration firstDelay = time("first-delay", Restart::firstDelay, Duration.ZERO).orElse(defaults.firstDelay());
		double multiplier = multiplier().orElse(defaults.multiplier());
		Duration maxDelay = maxDelay(firstDelay, defaults.maxDelay());
		int maxRestarts = find("max-restarts", Restart::maxRestarts)
			.filter((setting) -> this.settings.isInRange(setting, 0, Integer.MAX_VALUE, ""))
			.map(Setting::value)
			.orElse(defaults.maxRestarts());
		Duration period = time("period", Restart::period, Duration.ofMillis(1)).orElse(defaults.period());
		return new RestartPolicy(firstDelay, multiplier, maxDelay, maxRestarts, period);
	}

	/**
	 * A longest pause from a place with less precedence than the first one was not meant
	 * for it, nor is the default.
	 */
	private Duration maxDelay(Duration firstDelay, Duration otherwise) {
		Optional<Setting<Duration>> max = find("max-delay", Restart::maxDelay);
		int meantUpTo = find("first-delay", Restart::firstDelay).map(Setting::distance).orElse(Integer.MAX_VALUE);
		boolean meant = max.isPresent() && max.get().distance() <= meantUpTo;
		if (meant) {
			return time("max-delay", Restart::maxDelay, firstDelay).orElse(firstDelay);
		}
		Duration longest = max.map(Setting::value).orElse(otherwise);
		return (longest.compareTo(firstDelay) < 0) ? firstDelay : longest;
	}

	private Optional<Double> multiplier() {
		return find("multiplier", Restart::multiplier).filter((setting) -> {
			boolean legal = setting.value() >= 1 && setting.value() <= LARGEST_MULTIPLIER;
			if (!legal) {
				this.settings.report(setting,
						"must be from 1 to %.0f, but is %s".formatted(LARGEST_MULTIPLIER, setting.value()));
			}
			return legal;
		}).map(Setting::value);
	}

	private Optional<Duration> time(String name, Function<Restart, @Nullable Duration> value, Duration shortest) {
		return find(name, value).filter((setting) -> this.settings.isInRange(setting, shortest)).map(Setting::value);
	}

	private <T> Optional<Setting<T>> find(String name, Function<Restart, @Nullable T> value) {
		return this.settings.find("restart." + name,
				(stage) -> (stage.restart() != null) ? value.apply(stage.restart()) : null);
	}

}
