package io.genstage.flow;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.genstage.ExitReason;
import io.genstage.dispatch.Demand;

/**
 * What a subscriber wants of the stage that serves it. Any thread requests and cancels;
 * the stage alone takes from what is open.
 */
final class StageSubscription implements Flow.Subscription {

	private final Consumer<ExitReason> stop;

	private final Doorbell doorbell;

	/** Requested and not taken; {@link Long#MAX_VALUE} stands for no limit. */
	private final AtomicLong open = new AtomicLong();

	private volatile boolean cancelled;

	/**
	 * Creates a subscription that wants nothing yet.
	 * @param stop stops the stage
	 * @param doorbell calls the stage to look at what is open
	 */
	StageSubscription(Consumer<ExitReason> stop, Doorbell doorbell) {
		this.stop = stop;
		this.doorbell = doorbell;
	}

	@Override
	public void request(long demand) {
		if (this.cancelled) {
			return;
		}
		if (demand <= 0) {
			this.stop.accept(ExitReason.failure(new IllegalArgumentException(
					"a subscriber must request at least 1 event (Reactive Streams, rule 3.9), but requested "
							+ demand)));
			return;
		}
		this.open.accumulateAndGet(demand, Demand::add);
		this.doorbell.ring();
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		this.stop.accept(ExitReason.NORMAL);
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	long open() {
		return this.open.get();
	}

	/** Takes one event's worth of demand, if there is any that still counts. */
	boolean take() {
		if (this.cancelled || this.open.get() == 0) {
			return false;
		}
		this.open.updateAndGet((open) -> (open != Long.MAX_VALUE) ? open - 1 : open);
		return true;
	}

}
