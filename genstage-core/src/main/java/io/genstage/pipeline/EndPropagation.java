package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

import io.genstage.ExitReason;

/**
 * Passes on the end of stages to their neighbours. Used under the pipeline's lock.
 * <p>
 * A stage between two runs has not ended: it will still handle events, or emit some.
 */
final class EndPropagation {

	private final Stages stages;

	EndPropagation(Stages stages) {
		this.stages = stages;
	}

	/**
	 * Notifies all stages but producers that the pipeline is going to drain, so that what
	 * they hand over to others that drain is still taken.
	 */
	void announceDrain() {
		this.stages.all()
			.stream()
			.filter((stage) -> !stage.isProducer())
			.flatMap((stage) -> stage.runs().stream())
			.forEach(InstanceRun::beginDrain);
	}

	/**
	 * Ends stages for which nothing is left to do.
	 * @param draining whether the pipeline takes in nothing from outside
	 * @param openToOutside whether a source still takes in what comes from outside
	 * @param closing whether no stage will hand it anything over either
	 */
	void advance(boolean draining, Predicate<String> openToOutside, boolean closing) {
		for (ManagedStage stage : this.stages.all()) {
			boolean ending = draining || stage.isLeaving();
			if (ending) {
				abandonPartitions(stage);
			}
			if (ending && hasLostItsConsumers(stage)) {
				stage.everyInstance()
					.forEach((instance) -> instance.giveUp(ExitReason.shutdown("no consumer is left")));
			}
			else if (stage.isLeaving() && !isFedByOthersThatLeave(stage)) {
				stage.everyInstance().forEach(Instance::retire);
			}
			else if (stage.isProducer() ? closing : hasSeenAllEvents(stage, draining)) {
				stage.runs().forEach(InstanceRun::drain);
			}
			else if (stage.isProducer() && draining && !openToOutside.test(stage.name())) {
				stage.runs().forEach(InstanceRun::beginDrain);
			}
		}
		tellWhoIsInVain();
	}

	/**
	 * Notifies producers whether their events are in vain: on each way behind them there
	 * is a stage that takes none any more. What is only stopped or was never started may
	 * be started.
	 */
	private void tellWhoIsInVain() {
		Map<ManagedStage, ExitReason> reasons = new HashMap<>();
		Set<ManagedStage> served = new HashSet<>();
		List<ManagedStage> fromTheEnd = new ArrayList<>(this.stages.all());
		Collections.reverse(fromTheEnd);
		for (ManagedStage stage : fromTheEnd) {
			ExitReason over = stage.isOver() ? stage.causeOf(stage.state()) : null;
			ExitReason reason = (over != null || served.contains(stage)) ? over : reasons.get(stage);
			for (Edge edge : stage.edges()) {
				if (reason == null) {
					served.add(edge.producer());
				}
				else {
					reasons.put(edge.producer(), reason);
				}
			}
			stage.runs().stream().filter((run) -> stage.isProducer()).forEach((run) -> run.tellIfInVain(reason));
		}
	}

	/**
	 * Events of partitions whose consumers have ended would be waited for in vain: in a
	 * pipeline that drains, nobody starts them again.
	 */
	private void abandonPartitions(ManagedStage stage) {
		List<InstanceRun> runs = stage.runs();
		List<Object> partitions = runs.isEmpty() ? List.of() : stage.definition().partitions();
		if (!partitions.isEmpty()) {
			Set<Object> served = new HashSet<>();
			this.stages.edgesFrom(stage).forEach((edge) -> served.addAll(edge.servedPartitions()));
			List<Object> unserved = partitions.stream().filter((partition) -> !isIn(served, partition)).toList();
			runs.forEach((run) -> run.abandon(unserved));
		}
	}

	private static boolean isIn(Set<Object> partitions, Object partition) {
		return partitions.contains(partition) || (partition.getClass().isArray()
				&& partitions.stream().anyMatch((other) -> Objects.deepEquals(other, partition)));
	}

	/** Returns whether producers that leave with a stage still have events for it. */
	private static boolean isFedByOthersThatLeave(ManagedStage stage) {
		return stage.edges().stream().map(Edge::producer).anyMatch((other) -> other.isLeaving() && other.isAlive());
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
