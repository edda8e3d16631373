package io.genstage;

import io.genstage.demand.ConsumerDemand;
import io.genstage.demand.DemandWindow;
import io.genstage.demand.ManualDemand;
import io.genstage.intake.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * One subscription as its consumer keeps it. When the subscription has ended, its events
 * may still be waiting; they are handled as before, but nothing is asked for any more.
 */
final class Inbound implements Inlet {

	private final OpenSubscription link;

	private final Asking asking;

	private final ConsumerDemand demand;

	private boolean open = true;

	private boolean replaced;

	/** How it has ended, or null as long as its end has not come. */
	private @Nullable Cancellation cancellation;

	Inbound(OpenSubscription link, Asking asking) {
		this.link = link;
		this.asking = asking;
		SubscribeOptions options = link.options();
		this.demand = options.manual() ? ManualDemand.INSTANCE
				: new DemandWindow(options.maxDemand(), options.minDemand());
	}

	OpenSubscription link() {
		return this.link;
	}

	@Override
	public ConsumerDemand demand() {
		return this.demand;
	}

	@Override
	public int maxDemand() {
		return this.link.options().maxDemand();
	}

	@Override
	public int minDemand() {
		return this.link.options().minDemand();
	}

	@Override
	public void ask(long demand) {
		if (demand > 0 && this.open) {
			this.asking.ask(this, demand);
		}
	}

	void close(Cancellation cancellation) {
		this.open = false;
		this.cancellation = cancellation;
	}

	/** Returns how it has ended, which it must have. */
	Cancellation cancellation() {
		if (this.cancellation == null) {
			throw new IllegalStateException("%s has not ended".formatted(this.link));
		}
		return this.cancellation;
	}

	/** Returns whether another subscription took the place of this one. */
	boolean isReplaced() {
		return this.replaced;
	}

	void replace() {
		this.replaced = true;
	}

	@Override
	public String toString() {
		return this.link.toString();
	}

	/**
	 * What becomes of what is asked for.
	 */
	@FunctionalInterface
	interface Asking {

		void ask(Inbound inbound, long demand);

	}

}
