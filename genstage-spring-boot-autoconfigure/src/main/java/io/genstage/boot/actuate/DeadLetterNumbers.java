package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.desk.DeadLetterDesk;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many dead letters there are, as of a second ago at most: a store may have to count
 * them, and one scrape asks for many numbers.
 */
final class DeadLetterNumbers {

	private static final Log logger = LogFactory.getLog(DeadLetterNumbers.class);

	private static final long FRESH = Duration.ofSeconds(1).toNanos();

	private final DeadLetterDesk desk;

	private final LongSupplier nanoTime;

	private volatile @Nullable Reading last;

	DeadLetterNumbers(DeadLetterDesk desk) {
		this(desk, System::nanoTime);
	}

	DeadLetterNumbers(DeadLetterDesk desk, LongSupplier nanoTime) {
		this.desk = desk;
		this.nanoTime = nanoTime;
	}

	/**
	 * Returns how many letters of a stage have a status, or no number if nobody knows.
	 */
	double with(String stage, DeadLetter.Status status) {
		DeadLetterCounts counts = counts();
		return (counts != null) ? counts.with(stage, status) : Double.NaN;
	}

	/** Returns how many letters of each stage were lost since the store was full. */
	Map<String, Long> dropped() {
		DeadLetterCounts counts = counts();
		return (counts != null) ? counts.dropped() : Map.of();
	}

	private @Nullable DeadLetterCounts counts() {
		long now = this.nanoTime.getAsLong();
		Reading last = this.last;
		if (last == null || now - last.at() >= FRESH) {
			last = new Reading(read(last), now);
			this.last = last;
		}
		return last.counts();
	}

	/** A store that can't be read is looked at no more often than one that can. */
	private @Nullable DeadLetterCounts read(@Nullable Reading before) {
		try {
			return this.desk.counts();
		}
		catch (RuntimeException ex) {
			if (before == null || before.counts() != null) {
				logger.warn("The dead letters can't be counted", ex);
			}
			return null;
		}
	}

	/**
	 * What was read.
	 *
	 * @param counts the numbers, {@code null} if they could not be read
	 * @param at when that was
	 */
	private record Reading(@Nullable DeadLetterCounts counts, long at) {
	}

}
