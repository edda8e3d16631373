package io.genstage;

import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * The place of one consumer at its producers, which outlasts the subscriptions that take
 * it one after the other. Where each event waits for all consumers, as behind a broadcast
 * dispatcher, an empty place is not passed unless somebody says so:
 * {@link StageRef#whileEmpty}. And demand leaves with the consumer that has asked by it:
 * {@link ProducerStage#withdrawDemand}.
 *
 * <pre>{@code
 * Place place = new Place("audit", options);
 * audit.subscribeTo(orders, options.withPlace(place));
 * }</pre>
 *
 * A pipeline gives each of its subscriptions a place. Subscriptions without one come and
 * go as in GenStage. Any thread may use it, for any number of producers.
 */
public final class Place {

	private final String consumer;

	private final SubscribeOptions options;

	private final Counter missed = new Counter();

	/** Any of the producers may set it, and look at it when the consumer is gone. */
	private volatile @Nullable StageRef lastTakenBy;

	/**
	 * Creates a place that nobody has taken.
	 * @param consumer the name of the consumer, for messages
	 * @param options what the consumer will subscribe with; their attributes say which
	 * events the consumer misses
	 */
	public Place(String consumer, SubscribeOptions options) {
		this.consumer = consumer;
		this.options = options;
	}

	/**
	 * Returns how many events have passed this place while it was empty, at all producers
	 * together.
	 * @return the number of events that the consumer has missed
	 */
	public long missed() {
		return this.missed.get();
	}

	void take(StageRef consumer) {
		this.lastTakenBy = consumer;
	}

	/** Returns the newest run of the consumer, or null if it never had this place. */
	@Nullable StageRef lastTakenBy() {
		return this.lastTakenBy;
	}

	void miss(int events) {
		this.missed.addShared(events);
	}

	@Nullable Object attribute(String name) {
		return this.options.attributes().get(name);
	}

	@Override
	public String toString() {
		return "the place of stage '%s'".formatted(this.consumer);
	}

	/**
	 * What a producer does with events while a place is empty.
	 */
	public enum Empty {

		/**
		 * They wait. This holds as soon as a subscription that had the place has ended.
		 */
		HELD,

		/**
		 * They go to the other consumers and count as {@linkplain Place#missed() missed}.
		 * As long as there is no other consumer they wait.
		 */
		PASSED,

		/**
		 * They go to the other consumers, as if there had never been such a place.
		 */
		FORGOTTEN

	}

}
