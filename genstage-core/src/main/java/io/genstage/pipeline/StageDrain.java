package io.genstage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.genstage.EventCounts;
import io.genstage.WaitingEvents;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the events of one stage from the moment when its pipeline begins to
 * drain. Used under the pipeline's lock.
 */
final class StageDrain {

	private final ManagedStage stage;

	private final EventCounts before;

	private @Nullable Duration endedAfter;

	StageDrain(ManagedStage stage) {
		this.stage = stage;
		this.before = stage.counts();
	}

	/** Notes when the stage has ended. */
	void noteEnd(Duration passed) {
		if (this.endedAfter == null && !this.stage.isAlive()) {
			this.endedAfter = passed;
		}
	}

	/**
	 * Returns what has become of them up to now.
	 * @param atDeadline whether no more time is left for those without an outcome
	 */
	DrainReport.Outcome outcome(Duration passed, boolean atDeadline) {
		EventCounts counts = this.stage.counts().since(this.before);
		long finished = this.stage.isProducer() ? counts.out() : counts.in();
		List<Instance> running = this.stage.everyInstance()
			.stream()
			.filter((instance) -> instance.isAlive() || instance.isAbandoned())
			.toList();
		return new DrainReport.Outcome(this.stage.name(), finished, left(), counts.discarded(), atDeadline ? open() : 0,
				(this.endedAfter != null) ? this.endedAfter : passed, running.stream().map(Instance::name).toList(),
				running.stream().filter(StageDrain::isInCallback).map(Instance::name).toList());
	}

	/**
	 * A stage that has ended holds only its backlog; the rest of what it held is
	 * discarded by now.
	 */
	private long left() {
		return this.stage.everyInstance()
			.stream()
			.map(Instance::numbers)
			.filter(Objects::nonNull)
			.mapToLong((numbers) -> numbers.isRunning() ? numbers.held() : numbers.backlog())
			.sum();
	}

	private long open() {
		return this.stage.everyInstance().stream().mapToLong((instance) -> instance.view().unsettled()).sum();
	}

	/**
	 * What was received and is neither handled nor queued is in the hands of a callback.
	 */
	private static boolean isInCallback(Instance instance) {
		WaitingEvents waiting = instance.view().waiting();
		return waiting.held() - waiting.buffered() - waiting.backlog() > waiting.queued();
	}

}
