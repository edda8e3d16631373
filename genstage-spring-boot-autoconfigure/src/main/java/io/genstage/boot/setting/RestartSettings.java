package io.genstage.boot.setting;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.pipeline.RestartPolicy;

/**
 * The settings that say what is done when a stage has failed.
 */
final class RestartSettings {

	private final Settings settings;

	RestartSettings(Settings settings) {
		this.settings = settings;
	}

	/** Returns the policy; what is out of range is reported and left out. */
	RestartPolicy policy() {
		RestartPolicy defaults = RestartPolicy.defaults();
		Duration firstDelay = this.settings.value(SettingTable.RESTART_FIRST_DELAY).orElse(defaults.firstDelay());
		return new RestartPolicy(firstDelay,
				this.settings.value(SettingTable.RESTART_MULTIPLIER).orElse(defaults.multiplier()),
				maxDelay(firstDelay, defaults.maxDelay()),
				this.settings.value(SettingTable.RESTART_MAX_RESTARTS).orElse(defaults.maxRestarts()),
				this.settings.value(SettingTable.RESTART_PERIOD).orElse(defaults.period()));
	}

	/**
	 * A longest pause from a place with less precedence than the first one was not meant
	 * for it, nor is the default.
	 */
	private Duration maxDelay(Duration firstDelay, Duration otherwise) {
		Optional<Said<Duration>> max = this.settings.find(SettingTable.RESTART_MAX_DELAY);
		int meantUpTo = this.settings.find(SettingTable.RESTART_FIRST_DELAY)
			.map(Said::distance)
			.orElse(Integer.MAX_VALUE);
		if (max.isPresent() && max.get().distance() <= meantUpTo) {
			return max.filter((said) -> isAtLeast(said, firstDelay)).map(Said::value).orElse(firstDelay);
		}
		Duration longest = max.map(Said::value).orElse(otherwise);
		return (longest.compareTo(firstDelay) < 0) ? firstDelay : longest;
	}

	private boolean isAtLeast(Said<Duration> said, Duration lowest) {
		return this.settings.isWithin(said, lowest, Objects.requireNonNull(said.setting().highest()), "");
	}

}
