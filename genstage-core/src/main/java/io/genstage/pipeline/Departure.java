package io.genstage.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Stages that leave their pipeline for good, together. Used under the pipeline's lock.
 *
 * @param stages the stages, each behind its producers
 * @param gone completes when nothing is left of them
 */
record Departure(List<ManagedStage> stages, CompletableFuture<@Nullable Void> gone) {

	static Departure of(List<ManagedStage> stages) {
		stages.forEach(ManagedStage::leave);
		return new Departure(stages, new CompletableFuture<>());
	}

	/** Returns whether none of them runs and all their subscriptions have ended. */
	boolean isOver() {
		return this.stages.stream().allMatch(ManagedStage::isSettled);
	}

}
