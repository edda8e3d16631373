package io.genstage.demand;

import io.genstage.dispatch.Demand;

/**
 * Demand on its way through a gate to a producer: what waits before the gate, and what
 * has got through and is owed.
 */
public final class HeldDemand {

	private final OwedDemand owed = new OwedDemand();

	private long waiting;

	/** Notes demand that has to wait. */
	public void hold(long demand) {
		this.waiting = Demand.add(this.waiting, demand);
	}

	/** Returns how much waits. */
	public long waiting() {
		return this.waiting;
	}

	/** Returns how much the producer has got and has not met yet. */
	public long owed() {
		return this.owed.events();
	}

	/** Lets so much of what waits get through to the producer. */
	public void letThrough(long demand) {
		this.waiting -= demand;
		this.owed.add(demand);
	}

	/** Notes that events have been emitted, for demand or without any. */
	public void meet(int emitted) {
		this.owed.meet(emitted);
	}

	/**
	 * Takes demand back: what waits first, and the rest from the producer.
	 * @param demand how much is to be taken back
	 * @param producer takes it back behind the gate
	 * @return how much was taken back
	 * @throws Exception what the producer has thrown; what waited is taken back then
	 */
	public long withdraw(long demand, Withdrawal producer) throws Exception {
		long withdrawn = Math.min(demand, this.waiting);
		this.waiting -= withdrawn;
		if (withdrawn < demand) {
			long given = producer.withdraw(demand - withdrawn);
			this.owed.withdraw(given);
			withdrawn += given;
		}
		return withdrawn;
	}

	/**
	 * Takes demand back behind a gate.
	 */
	@FunctionalInterface
	public interface Withdrawal {

		/** Returns how much of the demand was taken back. */
		long withdraw(long demand) throws Exception;

	}

}
