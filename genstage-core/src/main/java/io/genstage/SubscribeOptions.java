package io.genstage;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import io.genstage.dispatch.Subscriber;

/**
 * Options of one subscription.
 * <p>
 * A consumer asks for {@code maxDemand} events at first. Each time the events still
 * outstanding have come down to {@code minDemand} it asks again for as many as are
 * missing to {@code maxDemand}. It handles events in batches of at most
 * {@code maxDemand - minDemand}.
 *
 * <pre>{@code
 * SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(2).withCancel(CancelMode.TRANSIENT)
 * }</pre>
 *
 * With {@linkplain #withManualDemand() manual demand} nothing is asked for by itself: the
 * user calls {@link Subscription#ask}, and each message is handled as one batch.
 * <p>
 * Source: the subscription options of {@code GenStage.sync_subscribe/3}.
 *
 * @param maxDemand the most events that may be outstanding, at least 1 (default 1000)
 * @param minDemand the number of outstanding events at which to ask again, from 0 to
 * {@code maxDemand - 1} (default: half of {@code maxDemand})
 * @param cancel what the consumer does when the subscription ends (default
 * {@link CancelMode#PERMANENT})
 * @param manual whether only the user asks (default {@code false})
 * @param attributes what the dispatcher of the producer and the callbacks of both sides
 * are to know of the subscription (default: nothing), see
 * {@link Subscriber#attribute(String)}
 */
public record SubscribeOptions(int maxDemand, int minDemand, CancelMode cancel, boolean manual,
		Map<String, Object> attributes) {

	/**
	 * The {@code maxDemand} that applies when nothing is said.
	 */
	public static final int DEFAULT_MAX_DEMAND = 1000;

	private static final SubscribeOptions DEFAULTS = new SubscribeOptions(DEFAULT_MAX_DEMAND, DEFAULT_MAX_DEMAND / 2,
			CancelMode.PERMANENT);

	public SubscribeOptions {
		if (maxDemand < 1) {
			throw new IllegalArgumentException("maxDemand must be >= 1, was " + maxDemand);
		}
		if (minDemand < 0) {
			throw new IllegalArgumentException("minDemand must be >= 0, was " + minDemand);
		}
		if (minDemand >= maxDemand) {
			throw new IllegalArgumentException(
					"minDemand must be <= %d (less than maxDemand), was %d".formatted(maxDemand - 1, minDemand));
		}
		Objects.requireNonNull(cancel, "cancel must not be null");
		attributes = Map.copyOf(attributes);
	}

	/**
	 * Creates options with automatic demand and without attributes.
	 * @param maxDemand the most events that may be outstanding
	 * @param minDemand the number of outstanding events at which to ask again
	 * @param cancel what the consumer does when the subscription ends
	 */
	public SubscribeOptions(int maxDemand, int minDemand, CancelMode cancel) {
		this(maxDemand, minDemand, cancel, false, Map.of());
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return 1000, 500, permanent
	 */
	public static SubscribeOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another maximum, and half of it as the minimum.
	 * @param maxDemand at least 1
	 * @return the changed options
	 */
	public SubscribeOptions withMaxDemand(int maxDemand) {
		return new SubscribeOptions(maxDemand, Math.max(maxDemand, 0) / 2, this.cancel, this.manual, this.attributes);
	}

	/**
	 * Returns these options with another minimum.
	 * @param minDemand from 0 to {@code maxDemand - 1}
	 * @return the changed options
	 */
	public SubscribeOptions withMinDemand(int minDemand) {
		return new SubscribeOptions(this.maxDemand, minDemand, this.cancel, this.manual, this.attributes);
	}

	/**
	 * Returns these options with another cancel mode.
	 * @param cancel the mode
	 * @return the changed options
	 */
	public SubscribeOptions withCancel(CancelMode cancel) {
		return new SubscribeOptions(this.maxDemand, this.minDemand, cancel, this.manual, this.attributes);
	}

	/**
	 * Returns these options with manual demand.
	 * @return the changed options
	 */
	public SubscribeOptions withManualDemand() {
		return new SubscribeOptions(this.maxDemand, this.minDemand, this.cancel, true, this.attributes);
	}

	/**
	 * Returns these options with a partition to get the events of, for a producer with a
	 * partition dispatcher.
	 * @param partition the name of the partition
	 * @return the changed options
	 */
	public SubscribeOptions withPartition(Object partition) {
		return withAttribute(Subscriber.PARTITION, partition);
	}

	/**
	 * Returns these options with a selector of events, for a producer with a broadcast
	 * dispatcher.
	 * @param selector accepts the events to get; called by the producer, must not throw
	 * @return the changed options
	 */
	public SubscribeOptions withSelector(Predicate<?> selector) {
		return withAttribute(Subscriber.SELECTOR, selector);
	}

	/**
	 * Returns these options with a place that the subscription takes, and leaves behind
	 * when it ends.
	 * @param place the place of the consumer
	 * @return the changed options
	 */
	public SubscribeOptions withPlace(Place place) {
		return withAttribute(Subscriber.PLACE, place);
	}

	/**
	 * Returns these options with one more attribute.
	 * @param name the name of the attribute
	 * @param value its value
	 * @return the changed options
	 */
	public SubscribeOptions withAttribute(String name, Object value) {
		Map<String, Object> attributes = new HashMap<>(this.attributes);
		attributes.put(name, value);
		return new SubscribeOptions(this.maxDemand, this.minDemand, this.cancel, this.manual, attributes);
	}

}
