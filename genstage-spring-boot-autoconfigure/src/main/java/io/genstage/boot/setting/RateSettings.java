package io.genstage.boot.setting;

import java.time.Duration;
import java.util.Optional;

import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.rate.RateLimit;

/**
 * The settings that limit how many events pass in some time.
 */
final class RateSettings {

	private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(1);

	private final Settings settings;

	RateSettings(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Returns the limit if there is one; what is out of range or says nothing without the
	 * number of events is reported.
	 */
	Optional<RateLimit> limit() {
		if (this.settings.find(SettingTable.RATE_EVENTS).isEmpty()) {
			this.settings.find(SettingTable.RATE_PERIOD).ifPresent(this::refuse);
			this.settings.find(SettingTable.RATE_BURST).ifPresent(this::refuse);
			return Optional.empty();
		}
		Duration period = this.settings.value(SettingTable.RATE_PERIOD).orElse(DEFAULT_PERIOD);
		Optional<Integer> burst = this.settings.value(SettingTable.RATE_BURST);
		return this.settings.value(SettingTable.RATE_EVENTS)
			.map((events) -> RateLimit.of(events, period))
			.map((limit) -> burst.map((most) -> limit.withBurst(most)).orElse(limit));
	}

	/** Reports the first setting that says something. */
	void refuse(String description) {
		this.settings.refuseFirst(description, SettingTable.RATE_EVENTS, SettingTable.RATE_PERIOD,
				SettingTable.RATE_BURST);
	}

	private void refuse(Said<?> said) {
		this.settings.report(said, "has no effect without 'rate.events': say how many events may pass, or remove it");
	}

}
