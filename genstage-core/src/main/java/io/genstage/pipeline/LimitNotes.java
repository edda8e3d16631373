package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.StageOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateLimit;

/**
 * What a drawing says of the limits of a stage: how its events come in, as far as that is
 * set, with the values that are in force now.
 */
final class LimitNotes {

	private static final List<Unit> UNITS = List.of(new Unit(Duration.ofHours(1), "h"),
			new Unit(Duration.ofMinutes(1), "min"), new Unit(Duration.ofSeconds(1), "s"),
			new Unit(Duration.ofMillis(1), "ms"), new Unit(Duration.ofNanos(1), "ns"));

	private LimitNotes() {
	}

	static List<String> of(StageOptions options) {
		List<String> notes = new ArrayList<>();
		if (options.batching() != null) {
			BatchOptions batch = options.batching().options();
			notes.add("batch %d in %s".formatted(batch.size(), text(batch.timeout())));
		}
		if (options.rate() != null) {
			notes.add("rate " + text(options.rate().limit()));
		}
		InFlight inFlight = options.inFlight();
		if (inFlight != null) {
			notes.add("%d in flight".formatted(inFlight.limit()));
		}
		if (options.tasks() != null) {
			notes.add("a task for each event");
		}
		return notes;
	}

	private static String text(RateLimit rate) {
		for (Unit unit : UNITS) {
			if (rate.period().equals(unit.length())) {
				return "%d/%s".formatted(rate.events(), unit.name());
			}
		}
		return "%d in %s".formatted(rate.events(), text(rate.period()));
	}

	/** Returns a time in the largest unit of which it is a multiple. */
	private static String text(Duration time) {
		for (Unit unit : UNITS) {
			if (time.toNanos() % unit.length().toNanos() == 0) {
				return "%d %s".formatted(time.dividedBy(unit.length()), unit.name());
			}
		}
		return time.toString();
	}

	/**
	 * A unit of time.
	 */
	private record Unit(Duration length, String name) {
	}

}
