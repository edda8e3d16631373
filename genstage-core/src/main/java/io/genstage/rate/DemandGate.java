package io.genstage.rate;

import io.genstage.demand.HeldDemand;
import io.genstage.dispatch.Demand;
import io.genstage.intake.StageClock;

/**
 * Lets one run of a producer get demand no faster than the rate of the stage allows. The
 * rest of the demand waits here. Events that come without demand pass at once, and are
 * made up for by less demand later.
 */
public final class DemandGate {

	private final Limiter limiter;

	private final HeldDemand held = new HeldDemand();

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
		this.held.hold(demand);
		return next();
	}

	/** Returns how much demand the producer gets now, maybe 0. */
	public long next() {
		want();
		long granted = this.limiter.grant(this.held.waiting(), this.held.owed());
		this.held.letThrough(granted);
		return granted;
	}

	/** Notes that events have been emitted, for demand or without any. */
	public void pass(int emitted) {
		this.limiter.pass(emitted);
		this.held.meet(emitted);
		want();
		if (this.held.waiting() > 0) {
			this.limiter.wakeForMore(this.held.waiting(), this.held.owed());
		}
	}

	/** Takes demand back, and returns how much. */
	public long withdraw(long demand, HeldDemand.Withdrawal producer) throws Exception {
		try {
			return this.held.withdraw(demand, producer);
		}
		finally {
			want();
		}
	}

	/** Claims tokens for all demand, also for that which the producer has not met yet. */
	private void want() {
		this.limiter.want(Demand.add(this.held.owed(), this.held.waiting()), this.held.owed() == 0);
	}

	/** Returns whether demand waits for nothing but the rate. */
	public boolean isHolding() {
		return this.held.waiting() > 0 && this.held.owed() == 0;
	}

	/** Gives back what the run has not used. */
	public void close() {
		this.limiter.close();
	}

}
