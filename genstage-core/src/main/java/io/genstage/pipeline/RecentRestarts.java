package io.genstage.pipeline;

/**
 * How often an instance was restarted within the period of its policy.
 */
final class RecentRestarts {

	private int count;

	int count() {
		return this.count;
	}

	void add() {
		this.count++;
	}

	/** Called when a restart is longer ago than the period. */
	void forgetOldest() {
		this.count--;
	}

}
