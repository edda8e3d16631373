package io.genstage.task;

/**
 * The slots of one subscription. Each is free, asked for, or taken by a task; those that
 * are free are asked for as soon as there are {@code minDemand} of them.
 */
final class TaskSlots {

	private int max;

	private int refill;

	private long asked;

	private long taken;

	TaskSlots(int maxDemand, int minDemand) {
		this.max = maxDemand;
		this.refill = Math.max(minDemand, 1);
	}

	/** Returns how many slots there are. */
	int places() {
		return this.max;
	}

	/** Changes the number of slots; tasks that have none any more go on. */
	void retune(int maxDemand, int minDemand) {
		this.max = maxDemand;
		this.refill = Math.max(minDemand, 1);
	}

	/** Takes back what was to be asked for and is not going to be. */
	void withdraw(long demand) {
		this.asked -= demand;
	}

	/** Gives slots to events that came and returns how many were not asked for. */
	int take(int events) {
		long expected = Math.min(events, this.asked);
		this.asked -= expected;
		this.taken += events;
		return (int) (events - expected);
	}

	/** Takes the slot back from a task that has ended for good. */
	void release() {
		this.taken--;
	}

	/** Returns how much to ask for now, or 0. */
	long ask() {
		// Negative while there are more tasks than slots.
		long free = this.max - this.asked - this.taken;
		if (free < this.refill) {
			return 0;
		}
		this.asked += free;
		return free;
	}

}
