package io.genstage.rate;

import io.genstage.demand.OwedDemand;
import io.genstage.dispatch.Demand;
import io.genstage.intake.StageClock;

/**
 * Lets one run of a producer get demand no faster than the rate of the stage allows. The
 * rest of the demand waits here. Events that come without demand pass at once, and are
 * made up for by less demand later.
 */
public final class DemandGate {

	private final Limiter limiter;

	/** Demand that the producer has not got yet. */
	private long waiting;

	/** Demand that it has got and has not met yet. */
	private final OwedDemand owed = new OwedDemand();

	/**
	 * Creates a gate.
	 * @param rate the rate, which other runs may share
	 * @param clock the time of the stage
	 */
	public DemandGate(RateAccount rate, StageClock clock) {
		this.limiter = new Limiter(rate, clock);
	}

	/** Notes demand, and returns how much of all that waits the producer gets now. */
	public long demand(long demand) {
		this.waiting = Demand.add(this.waiting, demand);
		return next();
	}

	/** Returns how much demand the producer gets now, maybe 0. */
	public long next() {
		want();
		long granted = this.limiter.grant(this.waiting, this.owed.events());
		this.waiting -= granted;
		this.owed.add(granted);
		return granted;
	}

	/** Notes that events have been emitted, for demand or without any. */
	public void pass(int emitted) {
		this.limiter.pass(emitted);
		this.owed.meet(emitted);
		want();
		if (this.waiting > 0) {
			this.limiter.wakeForMore(this.waiting, this.owed.events());
		}
	}

	/** Takes back demand that the producer has not got, and returns how much. */
	public long withdrawWaiting(long demand) {
		long withdrawn = Math.min(demand, this.waiting);
		this.waiting -= withdrawn;
		want();
		return withdrawn;
	}

	/** Notes that the producer has given demand back. */
	public void withdrawn(long demand) {
		this.owed.withdraw(demand);
		want();
	}

	/** Claims tokens for all demand, also for that which the producer has not met yet. */
	private void want() {
		this.limiter.want(Demand.add(this.owed.events(), this.waiting), this.owed.events() == 0);
	}

	/** Gives back what the run has not used. */
	public void close() {
		this.limiter.close();
	}

}
