package io.genstage.demand;

/**
 * The demand one subscription has outstanding, kept between a low and a high mark. The
 * engine keeps one for each automatic subscription; a stage that asks for itself can
 * follow the same rule with one of its own:
 *
 * <pre>{@code
 * subscription.ask(subscription.options().maxDemand());
 * ...
 * window.receive(events.size());
 * // for each batch of at most window.batchSize() events, when it has been handled
 * subscription.ask(window.replenish(batch.size()));
 * }</pre>
 *
 * Not to be used by two threads at once.
 */
public final class DemandWindow implements ConsumerDemand {

	private int min;

	private int max;

	private int outstanding;

	/** How many events are handled once, and not finished. */
	private int unfinished;

	/** How many events of the message in hand were asked for and are not counted yet. */
	private int owed;

	/**
	 * Creates a window with {@code maxDemand} events outstanding.
	 * @param maxDemand the high mark, at least 1
	 * @param minDemand the low mark, at least 0 and less than the high one
	 */
	public DemandWindow(int maxDemand, int minDemand) {
		this.min = minDemand;
		this.max = maxDemand;
		this.outstanding = this.max;
	}

	/**
	 * Returns how many events to handle at once: as many as lead to an ask.
	 * @return the most events of a batch, at least 1
	 */
	@Override
	public int batchSize() {
		return this.max - this.min;
	}

	int outstanding() {
		return this.outstanding;
	}

	/**
	 * Notes that a message has arrived. Asks that its first batches lead to don't pay for
	 * its later ones.
	 * @param events how many events it has
	 * @return how many of them nobody had asked for
	 */
	@Override
	public int receive(int events) {
		this.owed = this.outstanding;
		return Math.max(events - this.owed, 0);
	}

	/**
	 * Counts a handled batch.
	 * @param handled how many events it had
	 * @return how many events to ask for now, or 0
	 */
	@Override
	public int replenish(int handled) {
		int counted = Math.min(handled, this.owed);
		this.owed -= counted;
		this.outstanding -= counted;
		return refill();
	}

	@Override
	public void withdraw(long demand) {
		this.outstanding -= (int) demand;
	}

	@Override
	public void retune(int maxDemand, int minDemand) {
		this.min = minDemand;
		this.max = maxDemand;
	}

	@Override
	public int begin() {
		return this.outstanding;
	}

	@Override
	public int refill() {
		if (this.outstanding > this.min) {
			return 0;
		}
		int ask = Math.max(this.max - this.outstanding - this.unfinished, 0);
		this.outstanding += ask;
		return ask;
	}

	@Override
	public int unfinished(int change) {
		this.unfinished += change;
		return (change < 0) ? refill() : 0;
	}

}
