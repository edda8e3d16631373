package io.genstage.pipeline;

import java.util.List;

import io.genstage.StageRef;
import io.genstage.WaitingEvents;

/**
 * What can be said of the stages of one pipeline while it drains. The numbers of stages
 * that are not {@linkplain StageRef#isIdle() idle} may change meanwhile.
 *
 * @param stages the stages that run
 * @param hasOpenSource whether one of its producers still takes events
 * @param isComing whether a stage is being started, also again
 */
record Survey(List<StageRef> stages, boolean hasOpenSource, boolean isComing) {

	/** Used under the pipeline's lock. */
	static Survey of(Stages stages) {
		return new Survey(
				stages.all().stream().flatMap((stage) -> stage.runs().stream()).map(InstanceRun::ref).toList(),
				stages.all()
					.stream()
					.filter(ManagedStage::isProducer)
					.flatMap((stage) -> stage.runs().stream())
					.anyMatch(InstanceRun::isOpen),
				stages.instances().stream().anyMatch((instance) -> instance.isAlive() && instance.run() == null));
	}

	/** Returns how many events the stages hold. */
	long held() {
		return this.stages.stream().map(StageRef::waiting).mapToLong(WaitingEvents::held).sum();
	}

	/**
	 * Returns whether something that is held will go on by itself. A rate, for one, holds
	 * back what waits upstream.
	 */
	boolean goesOn() {
		return this.isComing || (this.stages.stream().anyMatch(StageRef::hasTimers) && held() > 0);
	}

	/** Asks stages to handle what they hold only to have more of it. */
	void flush() {
		this.stages.stream().filter((stage) -> stage.waiting().backlog() > 0).forEach(StageRef::flush);
	}

}
