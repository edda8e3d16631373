package io.genstage.batch;

import io.genstage.LiveSetting;
import io.genstage.StageRef;
import io.genstage.Subscription;

/**
 * The options of a batching stage, and what keeps them from being changed at will: a
 * batch has to become full by the events of any one producer.
 */
final class LiveBatchOptions {

	private final LiveSetting<BatchOptions> options;

	/** The least maximum of the subscriptions of the running stage. */
	private volatile int leastMaxDemand = Integer.MAX_VALUE;

	LiveBatchOptions(BatchOptions options) {
		this.options = new LiveSetting<>(options);
	}

	BatchOptions options() {
		return this.options.get();
	}

	void change(BatchOptions changed) {
		int limit = this.leastMaxDemand;
		if (changed.size() > limit) {
			throw new IllegalArgumentException(
					"size must be <= %d, the least maxDemand of the stage's subscriptions, was %d".formatted(limit,
							changed.size()));
		}
		this.options.set(changed);
	}

	boolean isChangedBy(Object message) {
		return this.options.isChangedBy(message);
	}

	void started(StageRef running) {
		this.leastMaxDemand = Integer.MAX_VALUE;
		this.options.tellChangesTo(running);
	}

	void limitTo(int leastMaxDemand) {
		this.leastMaxDemand = leastMaxDemand;
	}

	/** Refuses a subscription by which a batch could never become full. */
	void check(Subscription subscription) {
		int size = options().size();
		int maxDemand = subscription.options().maxDemand();
		if (size > maxDemand) {
			throw new IllegalArgumentException(
					"a batch of %d events would never be full, since %s has a maxDemand of %d: choose a maxDemand of at least %d, or a smaller batch"
						.formatted(size, subscription, maxDemand, size));
		}
	}

}
