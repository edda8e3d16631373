package io.genstage.rate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.demand.Counter;
import io.genstage.dispatch.Demand;
import io.genstage.intake.Handling;
import io.genstage.intake.Inlet;
import io.genstage.intake.Intake;
import io.genstage.intake.StageClock;

/**
 * Stands in front of the intake of one run of a stage and lets events come no faster than
 * the rate of the stage allows. No more is asked for than may pass when it comes, so
 * events wait upstream.
 * <p>
 * Each producer may be asked for all tokens, or one that has nothing would keep them from
 * the others. If several then send at once, or if the limit is lowered while events are
 * on their way, some come too early: these wait in line. Each turn lets events of one
 * message pass.
 *
 * @param <E> the type of the events
 */
public final class RateGate<E> {

	private final Limiter limiter;

	private final Intake<E> intake;

	private final Handling<E> handling;

	private final Asking asking;

	private final WaitingLine<E> line = new WaitingLine<>();

	private final Map<Inlet, GatedDemand> demands = new LinkedHashMap<>();

	private final Counter held = new Counter();

	private boolean draining;

	private boolean drained;

	/**
	 * Creates a gate.
	 * @param rate the rate, which other runs may share
	 * @param intake gets what may pass
	 * @param handling what is behind the intake
	 * @param clock the time of the stage
	 * @param asking gets what may be asked for
	 */
	public RateGate(RateAccount rate, Intake<E> intake, Handling<E> handling, StageClock clock, Asking asking) {
		this.limiter = new Limiter(rate, clock);
		this.intake = intake;
		this.handling = handling;
		this.asking = asking;
	}

	public void subscribe(Inlet inlet) {
		this.demands.put(inlet, new GatedDemand());
	}

	/** Notes that events are wanted; they are asked for when the gate settles. */
	public void want(Inlet inlet, long demand) {
		GatedDemand known = this.demands.get(inlet);
		if (known != null) {
			known.want(demand);
		}
	}

	/** Takes back what is wanted and nobody has been asked for, and returns how much. */
	public long withdraw(Inlet inlet) {
		GatedDemand known = this.demands.get(inlet);
		return (known != null) ? known.withdraw() : 0;
	}

	/**
	 * Takes events, of which the intake gets at once those that may pass.
	 * @throws Exception what the handler has thrown
	 */
	public void receive(Inlet inlet, List<E> events) throws Exception {
		GatedDemand known = this.demands.get(inlet);
		if (known != null) {
			known.arrive(events.size());
		}
		int passing = this.line.isEmpty() ? (int) this.limiter.available(events.size()) : 0;
		if (passing < events.size()) {
			this.line.add(events.subList(passing, events.size()), inlet);
		}
		if (passing > 0) {
			pass(inlet, events.subList(0, passing));
		}
	}

	private void pass(Inlet inlet, List<E> events) throws Exception {
		this.limiter.pass(events.size());
		this.intake.receive(inlet, events);
	}

	/**
	 * Notes the end of a subscription, which the intake gets behind the events that came
	 * by it.
	 * @param stops whether the stage is going to stop for it
	 * @param inGoodOrder whether what waits is to pass now if the stage stops
	 * @throws Exception what the handler has thrown
	 */
	public void end(Inlet inlet, boolean stops, boolean inGoodOrder) throws Exception {
		this.demands.remove(inlet);
		if (!stops && !this.line.isEmpty()) {
			this.line.addEnd(inlet);
			return;
		}
		while (inGoodOrder && !this.line.isEmpty() && !this.handling.hasFailed()) {
			passFirst(Long.MAX_VALUE);
		}
		if (!this.handling.hasFailed()) {
			this.intake.end(inlet, stops && inGoodOrder);
		}
	}

	/**
	 * Lets pass what is held back, by the limit, and then drains the intake.
	 * @throws Exception what the handler has thrown
	 */
	public void drain() throws Exception {
		this.draining = true;
		goOn();
	}

	/**
	 * Lets the first in line pass if it may by now.
	 * @throws Exception what the handler has thrown
	 */
	public void wake() throws Exception {
		goOn();
	}

	private void goOn() throws Exception {
		if (!this.line.isEmpty()) {
			passFirst(this.limiter.available(this.line.events()));
		}
		else if (this.draining && !this.drained) {
			this.drained = true;
			this.intake.drain();
		}
	}

	/** Lets the first in line pass, up to so many events of it. */
	private void passFirst(long limit) throws Exception {
		WaitingLine.Entry<E> first = this.line.first();
		if (first instanceof WaitingLine.Events<E> waiting) {
			int passing = (int) Math.min(limit, waiting.events().size());
			if (passing > 0) {
				this.line.pass(passing);
				pass(waiting.inlet(), waiting.events().subList(0, passing));
			}
		}
		else if (first instanceof WaitingLine.End<E> end) {
			this.line.pass(0);
			this.intake.end(end.inlet(), false);
		}
	}

	/**
	 * Asks for what may pass, and sees to it that the gate wakes for what may not yet.
	 */
	public void settle() {
		this.held.set(this.line.events());
		want();
		if (!this.line.isEmpty() || (this.draining && !this.drained)) {
			this.limiter.wakeForUpTo(this.line.events());
		}
		if (!this.draining) {
			this.demands.forEach(this::ask);
		}
	}

	/** Claims tokens for what waits, and for what could be asked for. */
	private void want() {
		long tokens = this.line.events();
		boolean able = tokens > 0;
		if (!this.draining) {
			for (GatedDemand demand : this.demands.values()) {
				tokens = Math.max(tokens, Demand.add(this.line.events() + demand.coming(), demand.wanted()));
				able = able || (demand.wanted() > 0 && demand.coming() == 0);
			}
		}
		this.limiter.want(tokens, able);
	}

	private void ask(Inlet inlet, GatedDemand demand) {
		long granted = this.limiter.grant(demand.wanted(), this.line.events() + demand.coming());
		if (granted > 0) {
			demand.grant(granted);
			this.asking.ask(inlet, granted);
		}
	}

	/**
	 * Returns whether events, or what could be asked for, wait for nothing but the rate.
	 */
	public boolean isHolding() {
		if (!this.line.isEmpty()) {
			return true;
		}
		long wanted = 0;
		for (GatedDemand demand : this.demands.values()) {
			if (demand.coming() > 0) {
				return false;
			}
			wanted = Demand.add(wanted, demand.wanted());
		}
		return wanted > 0;
	}

	/** Returns how many events have come and wait here. Any thread may ask. */
	public long held() {
		return this.held.get();
	}

	/**
	 * Lets go of what waits in line, which is lost with the stage, and names it.
	 */
	public void close() {
		this.line.forEachWaiting((waiting) -> this.handling.left(waiting.inlet(), waiting.events()));
		this.held.set(0);
		this.limiter.close();
	}

	/**
	 * How a producer is asked.
	 */
	@FunctionalInterface
	public interface Asking {

		void ask(Inlet inlet, long demand);

	}

}
