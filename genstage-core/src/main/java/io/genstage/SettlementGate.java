package io.genstage;

import java.util.function.LongSupplier;

import io.genstage.demand.HeldDemand;

/**
 * Lets a producer get demand for no more events than may be open between it and the end
 * of its pipeline. The rest of the demand waits here until some are settled.
 */
final class SettlementGate {

	private final int limit;

	private final LongSupplier unsettled;

	private final HeldDemand held = new HeldDemand();

	/** Whether demand waits for settlements; read by whoever reports these. */
	private volatile boolean holding;

	/**
	 * Creates a gate.
	 * @param limit how many events may be open
	 * @param unsettled returns how many are
	 */
	SettlementGate(int limit, LongSupplier unsettled) {
		this.limit = limit;
		this.unsettled = unsettled;
	}

	/** Notes demand, and returns how much of all that waits the producer gets now. */
	long demand(long demand) {
		this.held.hold(demand);
		return next();
	}

	/** Returns how much demand the producer gets now, maybe 0. */
	long next() {
		long granted = grant();
		if (this.held.waiting() > 0) {
			// Said before the last look: what is settled later finds it.
			this.holding = true;
			granted += grant();
		}
		this.holding = this.held.waiting() > 0;
		return granted;
	}

	private long grant() {
		long granted = Math.min(this.held.waiting(), room());
		this.held.letThrough(granted);
		return granted;
	}

	private long room() {
		return Math.max(this.limit - this.unsettled.getAsLong() - this.held.owed(), 0);
	}

	/** Returns whether demand waits that the producer could get. */
	boolean hasMore() {
		return this.held.waiting() > 0 && room() > 0;
	}

	/**
	 * Returns whether demand waits for events to be settled. Any thread may ask, behind
	 * the settlement.
	 */
	boolean isHolding() {
		return this.holding;
	}

	/** Notes that events have been emitted, for demand or without any. */
	void pass(int emitted) {
		this.held.meet(emitted);
	}

	/** Takes demand back, and returns how much. */
	long withdraw(long demand, HeldDemand.Withdrawal producer) throws Exception {
		return this.held.withdraw(demand, producer);
	}

}
