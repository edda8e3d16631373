package io.genstage.batch;

/**
 * A run of a stage that collects events, as the batching knows it that others may change:
 * a batch has to become full by the events of any one producer.
 */
final class BatchRun {

	private final Runnable wakeUp;

	/** The least maximum of the run's subscriptions. */
	private volatile int leastMaxDemand = Integer.MAX_VALUE;

	BatchRun(Runnable wakeUp) {
		this.wakeUp = wakeUp;
	}

	void limitTo(int leastMaxDemand) {
		this.leastMaxDemand = leastMaxDemand;
	}

	/** Refuses options by which a batch could never become full. */
	void check(BatchOptions options) {
		int limit = this.leastMaxDemand;
		if (options.size() > limit) {
			throw new IllegalArgumentException(
					"size must be <= %d, the least maxDemand of the stage's subscriptions, was %d".formatted(limit,
							options.size()));
		}
	}

	/** Lets the run look at its options. */
	void wake() {
		this.wakeUp.run();
	}

}
