package io.genstage.dispatch;

import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * Options of the demand dispatcher.
 *
 * @param maxDemand the highest demand that one ask should carry, or 0 for no more than
 * any other subscriber has asked for or {@linkplain Subscriber#MAX_DEMAND said}; an ask
 * above it is honoured, with one warning for each subscriber
 * @param shuffle orders the subscribers at random before the first dispatch, so that the
 * first events do not always go to the first subscriber; {@code null} (the default) keeps
 * their order
 */
public record DemandOptions(long maxDemand, @Nullable Random shuffle) {

	private static final DemandOptions DEFAULTS = new DemandOptions(0, null);

	public DemandOptions {
		if (maxDemand < 0) {
			throw new IllegalArgumentException("maxDemand must be >= 0, was " + maxDemand);
		}
	}

	/**
	 * Returns the options that apply when nothing is said: the maximum is that of the
	 * others, the order kept.
	 * @return the defaults
	 */
	public static DemandOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another maximum demand.
	 * @param maxDemand at least 1, or 0 for that of the others
	 * @return the changed options
	 */
	public DemandOptions withMaxDemand(long maxDemand) {
		return new DemandOptions(maxDemand, this.shuffle);
	}

	/**
	 * Returns these options with the first dispatch in random order.
	 * @param random the source of randomness, used once
	 * @return the changed options
	 */
	public DemandOptions withShuffle(Random random) {
		return new DemandOptions(this.maxDemand, random);
	}

}
