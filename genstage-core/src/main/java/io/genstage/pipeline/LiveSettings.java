package io.genstage.pipeline;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What the options of one stage say and can be changed while it runs: its rate, and its
 * batches, which have to fit into its demand. Used under the pipeline's lock.
 */
final class LiveSettings {

	private final ManagedStage stage;

	LiveSettings(ManagedStage stage) {
		this.stage = stage;
	}

	void rate(RateLimit limit) {
		RateAccount rate = rate();
		if (rate == null) {
			throw new IllegalArgumentException(
					"stage '%s' has no rate to change: configure one, however high".formatted(this.stage.name()));
		}
		rate.change(limit);
	}

	void resetRate() {
		RateAccount rate = rate();
		if (rate != null) {
			rate.reset();
		}
	}

	void batch(BatchOptions options) {
		Batching<?> batching = batching();
		if (batching == null) {
			throw new IllegalArgumentException("stage '%s' has no batches to change: configure a size, even if it is 1"
				.formatted(this.stage.name()));
		}
		int largest = this.stage.edges()
			.stream()
			.mapToInt((edge) -> edge.options().maxDemand())
			.min()
			.orElse(Integer.MAX_VALUE);
		if (options.size() > largest) {
			throw new IllegalArgumentException("size must be from 1 to %d, the maximum demand of the stage, but is %d"
				.formatted(largest, options.size()));
		}
		batching.change(options);
	}

	void resetBatch() {
		Batching<?> batching = batching();
		if (batching != null) {
			batching.reset();
		}
	}

	/**
	 * Resets the batches unless they grow by it, maybe beyond a demand that is to be
	 * reset, too: then they have to be reset behind that.
	 */
	void resetBatchUnlessItGrows() {
		Batching<?> batching = batching();
		if (batching != null && batching.configured().size() <= batching.options().size()) {
			batching.reset();
		}
	}

	/** Refuses a maximum demand by which no batch would ever become full. */
	void checkDemand(int maxDemand) {
		Batching<?> batching = batching();
		int size = (batching != null) ? batching.options().size() : 0;
		if (maxDemand < size) {
			throw new IllegalArgumentException(
					"the maximum demand of stage '%s' must be at least %d, the size of its batches, but is %d"
						.formatted(this.stage.name(), size, maxDemand));
		}
	}

	/** Refuses a number of instances the demand of which is too little for a batch. */
	void checkConcurrency(int concurrency) {
		this.stage.edges().forEach((edge) -> checkDemand(edge.optionsFor(concurrency).maxDemand()));
	}

	private @Nullable RateAccount rate() {
		return this.stage.definition().options().rate();
	}

	private @Nullable Batching<?> batching() {
		return this.stage.definition().options().batching();
	}

}
