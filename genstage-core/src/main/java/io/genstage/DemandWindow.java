package io.genstage;

/**
 * The demand one automatic subscription has outstanding, kept between a low and a high
 * mark.
 */
final class DemandWindow implements ConsumerDemand {

	private final int min;

	private final int max;

	private int outstanding;

	/** How many events of the message in hand were asked for and are not counted yet. */
	private int owed;

	/**
	 * Creates a window with {@code max} events outstanding.
	 * @param options the two marks
	 */
	DemandWindow(SubscribeOptions options) {
		this.min = options.minDemand();
		this.max = options.maxDemand();
		this.outstanding = this.max;
	}

	/** The batch that leads to an ask. */
	@Override
	public int batchSize() {
		return this.max - this.min;
	}

	int outstanding() {
		return this.outstanding;
	}

	/** Asks that the first batches of a message lead to don't pay for its later ones. */
	@Override
	public int receive(int events) {
		this.owed = this.outstanding;
		return Math.max(events - this.owed, 0);
	}

	@Override
	public int replenish(int handled) {
		int counted = Math.min(handled, this.owed);
		this.owed -= counted;
		this.outstanding -= counted;
		if (this.outstanding > this.min) {
			return 0;
		}
		int ask = this.max - this.outstanding;
		this.outstanding = this.max;
		return ask;
	}

}
