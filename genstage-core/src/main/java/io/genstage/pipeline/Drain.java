package io.genstage.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the events under way from the moment when a pipeline is told to drain.
 * Used under the pipeline's lock.
 */
final class Drain {

	private final String pipeline;

	private final Stages stages;

	private final Map<ManagedStage, Tally> before = new HashMap<>();

	Drain(String pipeline, Stages stages) {
		this.pipeline = pipeline;
		this.stages = stages;
		stages.all().forEach((stage) -> this.before.put(stage, tally(stage)));
	}

	private static Tally tally(ManagedStage stage) {
		StageStatus numbers = stage.numbers();
		return (numbers != null) ? Tally.NONE.plus(numbers) : Tally.NONE;
	}

	/** Returns what has become of them up to now. */
	DrainReport report() {
		return new DrainReport(this.pipeline, this.stages.all().stream().map(this::outcome).toList());
	}

	private DrainReport.Outcome outcome(ManagedStage stage) {
		Tally before = Objects.requireNonNull(this.before.get(stage));
		Tally now = tally(stage);
		long finished = stage.isProducer() ? now.out() - before.out() : now.in() - before.in();
		List<Instance> running = stage.everyInstance().stream().filter(Instance::isAlive).toList();
		return new DrainReport.Outcome(stage.name(), finished, left(stage), now.discarded() - before.discarded(),
				running.stream().map(Instance::name).toList(),
				running.stream().filter(Drain::isInCallback).map(Instance::name).toList());
	}

	/**
	 * A stage that has ended holds only its backlog; the rest of what it held is
	 * discarded by now.
	 */
	private static long left(ManagedStage stage) {
		return stage.everyInstance()
			.stream()
			.map(Instance::numbers)
			.filter(Objects::nonNull)
			.mapToLong((numbers) -> numbers.isRunning() ? numbers.held() : numbers.backlog())
			.sum();
	}

	/**
	 * What was received and is neither handled nor queued is in the hands of a callback.
	 */
	private static boolean isInCallback(Instance instance) {
		@Nullable StageStatus numbers = instance.numbers();
		return numbers != null && numbers.held() - numbers.buffered() - numbers.backlog() > numbers.queued();
	}

}
