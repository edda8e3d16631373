package io.genstage.rate;

import io.genstage.dispatch.Demand;

/**
 * What is wanted by one subscription of a limited stage, and what is to come by it.
 */
final class GatedDemand {

	private long wanted;

	private long coming;

	/** Returns for how many events nobody has been asked yet. */
	long wanted() {
		return this.wanted;
	}

	/** Returns how many events were asked for and have not come. */
	long coming() {
		return this.coming;
	}

	void want(long demand) {
		this.wanted = Demand.add(this.wanted, demand);
	}

	/** Forgets what is wanted, and returns how much that was. */
	long withdraw() {
		long withdrawn = this.wanted;
		this.wanted = 0;
		return withdrawn;
	}

	void grant(long demand) {
		this.wanted -= demand;
		this.coming = Demand.add(this.coming, demand);
	}

	void arrive(int events) {
		this.coming = Math.max(this.coming - events, 0);
	}

}
