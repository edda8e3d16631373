package io.genstage.pipeline;

import java.util.List;

import io.genstage.ExitReason;

/**
 * Passes on the end of stages to their neighbours. Used under the pipeline's lock.
 * <p>
 * A stage between two runs has not ended: it will still handle events, or emit some.
 */
final class Endings {

	private final Stages stages;

	Endings(Stages stages) {
		this.stages = stages;
	}

	/**
	 * Tells stages to end for which nothing is left to do.
	 * @param draining whether the pipeline takes in nothing new
	 */
	void advance(boolean draining) {
		for (ManagedStage stage : this.stages.all()) {
			if (draining && hasLostItsConsumers(stage)) {
				stage.everyInstance()
					.forEach((instance) -> instance.giveUp(ExitReason.shutdown("no consumer is left")));
			}
			else if (stage.isProducer() ? draining : hasSeenAllEvents(stage, draining)) {
				stage.runs().forEach(Run::drain);
			}
		}
	}

	private boolean hasLostItsConsumers(ManagedStage stage) {
		List<ManagedStage> consumers = this.stages.consumersOf(stage);
		return !consumers.isEmpty() && consumers.stream().noneMatch(ManagedStage::isAlive);
	}

	/**
	 * A stage has seen all events when its producers have completed. When the pipeline
	 * drains, a producer that ended in another way will not come back either.
	 */
	private boolean hasSeenAllEvents(ManagedStage stage, boolean draining) {
		return stage.edges()
			.stream()
			.map(Edge::producer)
			.allMatch((producer) -> producer.isCompleted() || (draining && !producer.isAlive()));
	}

}
