package io.genstage;

import java.util.Objects;

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
 * Source: the subscription options of {@code GenStage.sync_subscribe/3}.
 *
 * @param maxDemand the most events that may be outstanding, at least 1 (default 1000)
 * @param minDemand the number of outstanding events at which to ask again, from 0 to
 * {@code maxDemand - 1} (default: half of {@code maxDemand})
 * @param cancel what the consumer does when the subscription ends (default
 * {@link CancelMode#PERMANENT})
 */
public record SubscribeOptions(int maxDemand, int minDemand, CancelMode cancel) {

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
		return new SubscribeOptions(maxDemand, Math.max(maxDemand, 0) / 2, this.cancel);
	}

	/**
	 * Returns these options with another minimum.
	 * @param minDemand from 0 to {@code maxDemand - 1}
	 * @return the changed options
	 */
	public SubscribeOptions withMinDemand(int minDemand) {
		return new SubscribeOptions(this.maxDemand, minDemand, this.cancel);
	}

	/**
	 * Returns these options with another cancel mode.
	 * @param cancel the mode
	 * @return the changed options
	 */
	public SubscribeOptions withCancel(CancelMode cancel) {
		return new SubscribeOptions(this.maxDemand, this.minDemand, cancel);
	}

}
