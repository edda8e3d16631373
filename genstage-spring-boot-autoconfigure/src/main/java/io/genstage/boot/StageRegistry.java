package io.genstage.boot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.StageSystem;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The pipelines of an application, by name. They are assembled once all singletons exist,
 * which is when everything that is wrong with them is told.
 */
public final class StageRegistry implements SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final GenStageProperties properties;

	private final StageSystem system;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable List<Pipeline> pipelines;

	/**
	 * Creates the registry of an application context.
	 * @param beanFactory where the annotated beans are
	 * @param properties the configuration of the stages
	 * @param system where the stages are started
	 */
	public StageRegistry(ConfigurableListableBeanFactory beanFactory, GenStageProperties properties,
			StageSystem system) {
		this.beanFactory = beanFactory;
		this.properties = properties;
		this.system = system;
	}

	@Override
	public void afterSingletonsInstantiated() {
		assembled();
	}

	/**
	 * Returns the state and numbers of all pipelines, without asking their stages.
	 * @return the status of each pipeline at this moment
	 */
	public List<PipelineStatus> pipelines() {
		return assembled().stream().map(Pipeline::status).toList();
	}

	/**
	 * Returns what the stages are, as they were declared and configured.
	 * @return the definitions of all stages, each behind its producers
	 */
	public List<StageDefinition> definitions() {
		return assembled().stream().flatMap((pipeline) -> pipeline.graph().stages().stream()).toList();
	}

	/**
	 * Returns the state and numbers of a stage, without asking it.
	 * @param name the stage's name
	 * @return the status, if there is such a stage
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return pipelineOf(name).flatMap((pipeline) -> pipeline.stage(name));
	}

	/**
	 * Returns how many events a stage waits for.
	 * @param stage the stage's name
	 * @param producer the name of the stage that it waits for
	 * @return the outstanding demand, 0 if there is no such edge
	 */
	public long demand(String stage, String producer) {
		return pipelineOf(stage).map((pipeline) -> pipeline.status().demand(stage, producer)).orElse(0L);
	}

	/**
	 * Starts a stage that did not start with the application.
	 * @param name the stage's name
	 * @return completes when it is connected to those of its neighbours that run
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it was started before, or its pipeline drains
	 */
	public CompletionStage<Void> start(String name) {
		return pipelineOf(name)
			.orElseThrow(() -> new IllegalArgumentException("there is no stage '%s': %s".formatted(name,
					Suggestion.instead(name, definitions().stream().map(StageDefinition::name).toList()))))
			.start(name);
	}

	private Optional<Pipeline> pipelineOf(String stage) {
		return assembled().stream().filter((pipeline) -> pipeline.stage(stage).isPresent()).findFirst();
	}

	/** Returns the pipelines, assembled by whoever wants them first. */
	List<Pipeline> assembled() {
		this.lock.lock();
		try {
			if (this.pipelines == null) {
				this.pipelines = new PipelineAssembler(this.beanFactory, this.properties).assemble(this.system);
			}
			return this.pipelines;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns pipelines that can be started, new ones if the old ones were started. */
	List<Pipeline> startable() {
		this.lock.lock();
		try {
			this.pipelines = assembled().stream().map(this::startable).toList();
			return this.pipelines;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Pipeline startable(Pipeline pipeline) {
		boolean unused = pipeline.status().state() == PipelineState.CREATED;
		return unused ? pipeline : new Pipeline(pipeline.graph(), this.system);
	}

}
