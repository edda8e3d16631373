package io.genstage.boot.setting;

import java.util.Optional;
import java.util.stream.Stream;

import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.table.SettingTable;
import io.genstage.rate.RateLimit;

/**
 * The settings that limit how many events pass in some time.
 */
final class RateSettings {

	private final Settings settings;

	RateSettings(Settings settings) {
		this.settings = settings;
	}

	/** Returns the limit if there is one. */
	Optional<RateLimit> limit() {
		return this.settings.value(SettingTable.RATE_EVENTS)
			.map((events) -> RateLimit.of(events, this.settings.required(SettingTable.RATE_PERIOD)))
			.map((limit) -> this.settings.value(SettingTable.RATE_BURST).map(limit::withBurst).orElse(limit));
	}

	/** Returns problems with what says nothing without the number of events. */
	Stream<WiringProblem> problems() {
		return this.settings.isAnySaid(SettingTable.RATE_EVENTS) ? Stream.empty()
				: this.settings.refuse(
						"has no effect without 'rate.events': say how many events may pass, or remove it",
						SettingTable.RATE_PERIOD, SettingTable.RATE_BURST);
	}

}
