package io.genstage.kafka;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How links over Kafka are read, unless a link says otherwise in its
 * {@linkplain io.genstage.link.LinkDefinition#settings() settings}.
 *
 * @param start where a group begins that has committed nothing yet: {@code earliest} (the
 * default), {@code latest}, an instant such as {@code 2026-11-30T00:00:00Z}, or how long
 * ago, such as {@code PT1H}
 * @param commitInterval how often is committed what was settled, from 1 ms to 1 min
 * (default 200 ms). What was settled and not committed when a process dies comes again
 * @param maxAhead how many records of a partition are kept at most behind one that is not
 * settled: they were settled before it, wait for a retry of their key, or were read with
 * it; from 1 to 1,000,000 (default 10,000). Then the partition is paused
 * @param deadLetterSuffix what is added to the name of a topic for that of rejected
 * messages (default {@code .dead})
 * @param createTopics whether a topic that is missing is created, with that of its
 * rejected messages, instead of being reported (default {@code false})
 * @param partitions how many partitions a topic gets that is created, from 1 to 10,000;
 * {@code null}, the default, for as many as the broker gives it
 */
public record KafkaLinkOptions(String start, Duration commitInterval, int maxAhead, String deadLetterSuffix,
		boolean createTopics, @Nullable Integer partitions) {

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

	private static final int MOST_AHEAD = 1_000_000;

	private static final int MOST_PARTITIONS = 10_000;

	private static final KafkaLinkOptions DEFAULTS = new KafkaLinkOptions("earliest", Duration.ofMillis(200), 10_000,
			".dead", false, null);

	public KafkaLinkOptions {
		StartPosition.parse(start);
		if (commitInterval.compareTo(Duration.ofMillis(1)) < 0 || commitInterval.compareTo(LONGEST_INTERVAL) > 0) {
			throw new IllegalArgumentException("commitInterval must be from 1 ms to 1 min, was " + commitInterval);
		}
		if (maxAhead < 1 || maxAhead > MOST_AHEAD) {
			throw new IllegalArgumentException("maxAhead must be from 1 to %d, was %d".formatted(MOST_AHEAD, maxAhead));
		}
		Objects.requireNonNull(deadLetterSuffix, "deadLetterSuffix must not be null");
		if (deadLetterSuffix.isBlank()) {
			throw new IllegalArgumentException("deadLetterSuffix must not be blank");
		}
		if (partitions != null && (partitions < 1 || partitions > MOST_PARTITIONS)) {
			throw new IllegalArgumentException(
					"partitions must be from 1 to %d, was %d".formatted(MOST_PARTITIONS, partitions));
		}
	}

	/**
	 * Returns the defaults.
	 * @return always the same ones
	 */
	public static KafkaLinkOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another start of new groups.
	 * @param start {@code earliest}, {@code latest}, an instant, or how long ago
	 * @return the changed options
	 */
	public KafkaLinkOptions withStart(String start) {
		return new KafkaLinkOptions(start, this.commitInterval, this.maxAhead, this.deadLetterSuffix, this.createTopics,
				this.partitions);
	}

	/**
	 * Returns these options with another interval of commits.
	 * @param commitInterval from 1 ms to 1 min
	 * @return the changed options
	 */
	public KafkaLinkOptions withCommitInterval(Duration commitInterval) {
		return new KafkaLinkOptions(this.start, commitInterval, this.maxAhead, this.deadLetterSuffix, this.createTopics,
				this.partitions);
	}

	/**
	 * Returns these options with another bound on what is kept behind a record that is
	 * not settled.
	 * @param maxAhead from 1 to 1,000,000
	 * @return the changed options
	 */
	public KafkaLinkOptions withMaxAhead(int maxAhead) {
		return new KafkaLinkOptions(this.start, this.commitInterval, maxAhead, this.deadLetterSuffix, this.createTopics,
				this.partitions);
	}

	/**
	 * Returns these options with another suffix of topics of rejected messages.
	 * @param deadLetterSuffix the suffix, not blank
	 * @return the changed options
	 */
	public KafkaLinkOptions withDeadLetterSuffix(String deadLetterSuffix) {
		return new KafkaLinkOptions(this.start, this.commitInterval, this.maxAhead, deadLetterSuffix, this.createTopics,
				this.partitions);
	}

	/**
	 * Returns these options for topics that are missing to be created.
	 * @param partitions how many partitions each gets, from 1 to 10,000, or {@code null}
	 * for as many as the broker gives it
	 * @return the changed options
	 */
	public KafkaLinkOptions creatingTopics(@Nullable Integer partitions) {
		return new KafkaLinkOptions(this.start, this.commitInterval, this.maxAhead, this.deadLetterSuffix, true,
				partitions);
	}

}
