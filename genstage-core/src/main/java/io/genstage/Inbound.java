package io.genstage;

import io.genstage.demand.ConsumerDemand;
import io.genstage.demand.DemandWindow;
import io.genstage.demand.ManualDemand;

/**
 * One subscription as its consumer keeps it. When the subscription has ended, its events
 * may still be waiting; they are handled as before, but nothing is asked for any more.
 */
final class Inbound {

	private final OpenSubscription link;

	private final ConsumerDemand demand;

	private boolean open = true;

	private boolean replaced;

	Inbound(OpenSubscription link) {
		this.link = link;
		SubscribeOptions options = link.options();
		this.demand = options.manual() ? ManualDemand.INSTANCE
				: new DemandWindow(options.maxDemand(), options.minDemand());
	}

	OpenSubscription link() {
		return this.link;
	}

	ConsumerDemand demand() {
		return this.demand;
	}

	boolean isOpen() {
		return this.open;
	}

	void close() {
		this.open = false;
	}

	/** Returns whether another subscription took the place of this one. */
	boolean isReplaced() {
		return this.replaced;
	}

	void replace() {
		this.replaced = true;
	}

}
