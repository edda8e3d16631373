package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.genstage.SourceProgress;
import org.jspecify.annotations.Nullable;

/**
 * How far a source has come, and how fast.
 *
 * @param stage the name of the producer
 * @param progress how far it is
 * @param perSecond how much was done in a second of the last interval, 0 if there was
 * none
 * @param left how long the rest takes by the last interval, {@code null} if nobody knows
 */
record SourceReading(String stage, SourceProgress progress, long perSecond, @Nullable Duration left) {

	/** Compares with the progress at the beginning of an interval, if it is known. */
	static SourceReading of(String stage, SourceProgress now, @Nullable SourceProgress before, Duration between) {
		if (before == null || before.measure() != now.measure() || between.toMillis() <= 0) {
			return new SourceReading(stage, now, 0, null);
		}
		long perSecond = Math.max(now.done() - before.done(), 0) * 1000 / between.toMillis();
		return new SourceReading(stage, now, perSecond, now.timeLeft(before, between).orElse(null));
	}

	/** Returns how many percent are done, or -1 if the total isn't known. */
	int percent() {
		return this.progress.part().map((part) -> (int) (part * 100)).orElse(-1);
	}

	/** Returns it in words, without the name. */
	@Override
	public String toString() {
		String measure = this.progress.measure().name().toLowerCase(Locale.ROOT);
		String amount = (this.progress.total() != null)
				? "%d %% done, %d of %d %s".formatted(percent(), this.progress.done(), this.progress.total(), measure)
				: "%d %s done, total unknown".formatted(this.progress.done(), measure);
		String rate = (this.perSecond > 0) ? ", %d/s".formatted(this.perSecond) : "";
		String rest = (this.left != null && !this.progress.isComplete()) ? ", about %s left".formatted(text(this.left))
				: "";
		return amount + rate + rest;
	}

	private static String text(Duration duration) {
		if (duration.toMinutes() < 1) {
			return "%d s".formatted(Math.max(duration.toSeconds(), 1));
		}
		if (duration.toHours() < 1) {
			return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
		}
		return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
	}

}
