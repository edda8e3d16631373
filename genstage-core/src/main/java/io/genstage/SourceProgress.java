package io.genstage;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * How far a source has come that may have an end.
 * <p>
 * It is an estimate where the source changes while it is read: more may be done then than
 * there was in total.
 *
 * @param done how much is done, 0 or more. What counts as done, the
 * {@linkplain ProducerStage#progress() producer} says
 * @param total how much there is in all, 0 or more; {@code null} if nobody knows
 * @param measure what is counted
 */
public record SourceProgress(long done, @Nullable Long total, Measure measure) {

	public SourceProgress {
		Objects.requireNonNull(measure, "measure must not be null");
		if (done < 0 || (total != null && total < 0)) {
			throw new IllegalArgumentException(
					"expected done and total to be 0 or more, but got %d and %s".formatted(done, total));
		}
	}

	/**
	 * Creates the progress of a source that counts events.
	 * @param done how many are done
	 * @param total how many there are in all, {@code null} if nobody knows
	 * @return the progress
	 */
	public static SourceProgress ofEvents(long done, @Nullable Long total) {
		return new SourceProgress(done, total, Measure.EVENTS);
	}

	/**
	 * Returns whether all that there was is done.
	 * @return {@code false} also if the total isn't known
	 */
	public boolean isComplete() {
		return this.total != null && this.done >= this.total;
	}

	/**
	 * Returns which part is done.
	 * @return from 0 to 1, which is also that of nothing at all; empty if the total isn't
	 * known
	 */
	public Optional<Double> part() {
		if (this.total == null) {
			return Optional.empty();
		}
		return Optional.of((this.total == 0) ? 1.0 : Math.min((double) this.done / this.total, 1.0));
	}

	/**
	 * Returns how long the rest takes if it goes on as it did in the last interval.
	 * @param earlier the progress of the same source at the beginning of the interval
	 * @param between how long the interval was
	 * @return the time that is left; empty if the total isn't known, or nothing was done
	 * in the interval and something is left
	 */
	public Optional<Duration> timeLeft(SourceProgress earlier, Duration between) {
		if (isComplete()) {
			return Optional.of(Duration.ZERO);
		}
		long more = this.done - earlier.done;
		if (this.total == null || more <= 0 || this.measure != earlier.measure) {
			return Optional.empty();
		}
		double left = (double) between.toMillis() * (this.total - this.done) / more;
		return Optional.of(Duration.ofMillis(Math.round(left)));
	}

	/**
	 * Adds the progress of another instance of the same stage.
	 * @param other the progress of the other instance
	 * @return the sum, with a total if both have one; {@code null} if they count
	 * something else
	 */
	public @Nullable SourceProgress plus(SourceProgress other) {
		if (this.measure != other.measure) {
			return null;
		}
		Long sum = (this.total != null && other.total != null) ? (Long) (this.total + other.total) : null;
		return new SourceProgress(this.done + other.done, sum, this.measure);
	}

	/**
	 * What is counted.
	 */
	public enum Measure {

		/** Events, each of which counts as one. */
		EVENTS,

		/** Bytes of what is read. */
		BYTES

	}

}
