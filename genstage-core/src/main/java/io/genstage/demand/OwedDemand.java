package io.genstage.demand;

import io.genstage.dispatch.Demand;

/**
 * The demand that a producer has got and not met, and that may be taken back.
 */
public final class OwedDemand {

	private long events;

	/** Returns for how many events. */
	public long events() {
		return this.events;
	}

	public void add(long demand) {
		this.events = Demand.add(this.events, demand);
	}

	/** Notes that events were emitted, which may be more than were owed. */
	public void meet(int emitted) {
		this.events = Math.max(this.events - emitted, 0);
	}

	/** Takes demand back as far as it is owed, and returns how much that is. */
	public long withdraw(long demand) {
		long withdrawn = Math.min(demand, this.events);
		this.events -= withdrawn;
		return withdrawn;
	}

	public void clear() {
		this.events = 0;
	}

}
