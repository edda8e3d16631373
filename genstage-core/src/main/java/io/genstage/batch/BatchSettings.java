package io.genstage.batch;

import io.genstage.StageRef;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The options of a batching stage, which any thread may change.
 */
final class BatchSettings {

	/*
	 * Who changes the options writes them and then looks for a stage to tell; a stage
	 * that starts shows itself and then reads the options. So it either is told of the
	 * change or begins with it.
	 */
	private volatile BatchOptions options;

	private volatile @Nullable StageRef stage;

	private volatile int mostDemand = Integer.MAX_VALUE;

	BatchSettings(BatchOptions options) {
		this.options = options;
	}

	BatchOptions options() {
		return this.options;
	}

	void change(BatchOptions changed) {
		if (changed.size() > this.mostDemand) {
			throw new IllegalArgumentException(
					"size must be <= %d, the least maxDemand of the stage's subscriptions, was %d"
						.formatted(this.mostDemand, changed.size()));
		}
		this.options = changed;
		StageRef running = this.stage;
		if (running != null) {
			running.tell(Changed.CHANGED);
		}
	}

	void started(StageRef running) {
		this.mostDemand = Integer.MAX_VALUE;
		this.stage = running;
	}

	/** Notes the most events that each producer may have unfinished. */
	void limitTo(int mostDemand) {
		this.mostDemand = mostDemand;
	}

	/** Refuses a subscription by which a batch could never become full. */
	void check(Subscription subscription) {
		int size = this.options.size();
		int maxDemand = subscription.options().maxDemand();
		if (size > maxDemand) {
			throw new IllegalArgumentException(
					"a batch of %d events would never be full, since %s has a maxDemand of %d: choose a maxDemand of at least %d, or a smaller batch"
						.formatted(size, subscription, maxDemand, size));
		}
	}

	/**
	 * The message to the running stage.
	 */
	enum Changed {

		CHANGED

	}

}
