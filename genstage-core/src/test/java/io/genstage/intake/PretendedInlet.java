package io.genstage.intake;

import io.genstage.demand.ConsumerDemand;
import io.genstage.demand.DemandWindow;

/**
 * A subscription to a producer that sends what it is asked for when the test wants so.
 */
final class PretendedInlet implements Inlet {

	private final PretendedStage stage;

	private final DemandWindow demand;

	private int maxDemand;

	private int minDemand;

	/** What was asked for and has not been sent. */
	private long open;

	private int next;

	PretendedInlet(PretendedStage stage, int maxDemand, int minDemand) {
		this.stage = stage;
		this.maxDemand = maxDemand;
		this.minDemand = minDemand;
		this.demand = new DemandWindow(maxDemand, minDemand);
	}

	@Override
	public ConsumerDemand demand() {
		return this.demand;
	}

	@Override
	public int maxDemand() {
		return this.maxDemand;
	}

	@Override
	public int minDemand() {
		return this.minDemand;
	}

	@Override
	public void ask(long demand) {
		this.stage.want(this, demand);
	}

	void retune(int maxDemand, int minDemand) {
		this.maxDemand = maxDemand;
		this.minDemand = minDemand;
		this.demand.retune(maxDemand, minDemand);
	}

	/** The producer hears of an ask. */
	void heard(long demand) {
		this.open += demand;
	}

	long open() {
		return this.open;
	}

	/** Takes so many events from the producer, each of which knows its place. */
	Event send() {
		this.open--;
		return new Event(this, this.next++);
	}

	int sent() {
		return this.next;
	}

	/**
	 * An event.
	 */
	record Event(PretendedInlet inlet, int number) {
	}

}
