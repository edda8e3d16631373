package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a pipeline: its instances, and the edges from its producers. Used under
 * the pipeline's lock.
 */
final class ManagedStage {

	/** What one instance is makes the stage that, the first one first. */
	private static final List<StageState> TELLING = List.of(StageState.FAILED, StageState.RESTARTING,
			StageState.STARTING, StageState.RUNNING, StageState.STOPPING, StageState.STOPPED);

	private final StageDefinition definition;

	private final List<Edge> edges = new ArrayList<>();

	private final List<Instance> instances = new ArrayList<>();

	ManagedStage(StageDefinition definition) {
		this.definition = definition;
		for (int index = 0; index < definition.concurrency(); index++) {
			this.instances.add(new Instance(this, index, instanceName(index)));
		}
	}

	/** Only a stage that was defined to be alone shares its name with its instance. */
	private String instanceName(int index) {
		return (this.definition.concurrency() == 1 && index == 0) ? name() : "%s#%d".formatted(name(), index);
	}

	String name() {
		return this.definition.name();
	}

	StageDefinition definition() {
		return this.definition;
	}

	int concurrency() {
		return this.instances.size();
	}

	List<Instance> instances() {
		return List.copyOf(this.instances);
	}

	List<Edge> edges() {
		return this.edges;
	}

	void addEdge(Edge edge) {
		this.edges.add(edge);
	}

	/** Returns the runs that are going on. */
	List<Run> runs() {
		return this.instances.stream().map(Instance::run).filter(Objects::nonNull).toList();
	}

	boolean isProducer() {
		return !this.definition.kind().consumes();
	}

	boolean isStarted() {
		return state() != StageState.CREATED;
	}

	boolean isAlive() {
		return this.instances.stream().anyMatch(Instance::isAlive);
	}

	boolean isCompleted() {
		return this.instances.stream().allMatch((instance) -> instance.state() == StageState.COMPLETED);
	}

	StageState state() {
		Set<StageState> states = this.instances.stream().map(Instance::state).collect(Collectors.toSet());
		return TELLING.stream()
			.filter(states::contains)
			.findFirst()
			.orElse(isCompleted() ? StageState.COMPLETED : StageState.CREATED);
	}

	/** Returns the numbers of all runs of all instances, or null if there was none. */
	@Nullable StageStatus numbers() {
		List<StageStatus> numbers = this.instances.stream().map(Instance::numbers).filter(Objects::nonNull).toList();
		return numbers.isEmpty() ? null : Tally.NONE.summedUp(name(), this.definition.kind(), numbers);
	}

	ManagedStageStatus status() {
		return new ManagedStageStatus(name(), this.definition.kind(), state(), numbers(),
				this.instances.stream().map(Instance::status).toList());
	}

}
