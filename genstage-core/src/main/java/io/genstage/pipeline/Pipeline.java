package io.genstage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import io.genstage.ExitReason;
import io.genstage.StageSystem;
import org.jspecify.annotations.Nullable;

/**
 * A graph of stages that is run as one thing.
 *
 * <pre>{@code
 * Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(
 *         StageDefinition.of("numbers", Sources.iterable(numbers)),
 *         StageDefinition.of("squares", square).subscribeTo("numbers"),
 *         StageDefinition.of("printer", print).subscribeTo("squares"))), system);
 * pipeline.start();
 * ...
 * pipeline.drain(Duration.ofSeconds(10));
 * }</pre>
 *
 * It starts with all its stages connected before the first event flows. A finite producer
 * completes, and so does each stage whose producers have all completed, when it has
 * handled everything. A stage that fails loses what it holds and is restarted as its
 * {@link RestartPolicy} says; the others go on as far as they can without it.
 * <p>
 * Any thread may use it; no method blocks.
 */
public final class Pipeline {

	private final String name;

	private final StageSystem system;

	private final Guard guard = new Guard(this::settle);

	private final Stages stages;

	private final Endings endings;

	private final Launcher launcher;

	private final CompletableFuture<PipelineState> ended = new CompletableFuture<>();

	private final CompletableFuture<DrainReport> drained = new CompletableFuture<>();

	private @Nullable Drain drain;

	private @Nullable DrainReport report;

	/**
	 * Creates a pipeline that is not started.
	 * @param graph the stages; the pipeline is named after its producers
	 * @param system where the stages are started
	 */
	public Pipeline(PipelineGraph graph, StageSystem system) {
		this.system = system;
		this.stages = new Stages(graph, this.guard, (consumer) -> {
		});
		this.endings = new Endings(this.stages);
		this.launcher = new Launcher(system, this.guard, this.stages,
				new Supervisor(system.scheduler(), this.guard, this::startApart));
		this.name = this.stages.all()
			.stream()
			.filter(ManagedStage::isProducer)
			.map(ManagedStage::name)
			.collect(Collectors.joining("+"));
	}

	/**
	 * Returns the name of this pipeline.
	 * @return the names of its producers, joined by {@code +}
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the graph that this pipeline runs.
	 * @return the graph
	 */
	public PipelineGraph graph() {
		return this.stages.graph();
	}

	/**
	 * Starts all stages that are to start with the pipeline, connects them, and then lets
	 * demand reach the producers. Their {@code onStart} has run, on this thread, when
	 * this method returns.
	 * @return completes when all is connected and events may flow
	 * @throws io.genstage.StageStartException if a stage can't start; those that were
	 * started before it have been stopped then
	 * @throws IllegalStateException if the pipeline was started before
	 */
	public CompletionStage<Void> start() {
		return this.launcher.startTogether(this.guard.change(() -> {
			if (isDraining() || this.stages.isAnyStarted()) {
				throw new IllegalStateException("pipeline '%s' has been started already".formatted(this.name));
			}
			return this.stages.all()
				.stream()
				.filter((stage) -> stage.definition().autoStartup())
				.flatMap((stage) -> stage.instances().stream())
				.map(Launcher.Planned::start)
				.toList();
		}));
	}

	/**
	 * Starts one stage that does not run, and connects it to those of its neighbours that
	 * run. It is started on a thread of the system; if that fails, it is restarted as its
	 * policy says.
	 * @param stage the name of the stage
	 * @return completes when it is connected; fails with
	 * {@link io.genstage.StageStartException} if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it runs, or the pipeline drains
	 */
	public CompletionStage<Void> start(String stage) {
		return this.guard.change(() -> {
			ManagedStage starting = this.stages.named(stage);
			if (isDraining() || starting.isAlive()) {
				throw new IllegalStateException("stage '%s' can't be started: it is %s, the pipeline is %s"
					.formatted(stage, starting.state(), state()));
			}
			starting.instances().forEach(Instance::forgetRestarts);
			return CompletableFuture
				.allOf(starting.instances()
					.stream()
					.map((instance) -> startApart(instance).toCompletableFuture())
					.toArray(CompletableFuture[]::new))
				.minimalCompletionStage();
		});
	}

	private CompletionStage<Void> startApart(Instance instance) {
		return this.launcher.startApart(Launcher.Planned.start(instance));
	}

	/**
	 * Ends the pipeline in an orderly way: the producers take in nothing new, and each
	 * stage stops when its producers have stopped and it has handled everything. What is
	 * not finished in time is given up.
	 * @param timeout how long the stages may take
	 * @return what was not finished; never fails. Completes at the time-out at the
	 * latest, even if a callback never returns. Draining again gives the first drain's
	 * report
	 */
	public CompletionStage<DrainReport> drain(Duration timeout) {
		this.guard.run(() -> {
			if (!isDraining()) {
				this.drain = new Drain(this.name, this.stages);
				this.system.scheduler().schedule(timeout, () -> this.guard.run(this::giveUp));
			}
		});
		return this.drained.minimalCompletionStage();
	}

	private boolean isDraining() {
		return this.drain != null;
	}

	private void giveUp() {
		if (this.report == null) {
			report();
			this.stages.instances().forEach((instance) -> instance.giveUp(ExitReason.shutdown("not drained in time")));
		}
	}

	private void report() {
		if (this.drain != null && this.report == null) {
			DrainReport made = this.drain.report();
			this.report = made;
			this.guard.tell(() -> this.drained.complete(made));
		}
	}

	/** Does what follows from a change: told by the guard. */
	private void settle() {
		this.endings.advance(isDraining());
		if (!this.stages.isAnyAlive() && (isDraining() || this.stages.isAnyStarted())) {
			report();
			PipelineState last = state();
			this.guard.tell(() -> this.ended.complete(last));
		}
	}

	/**
	 * Returns the end of the pipeline.
	 * @return the last state, complete when for the first time no stage runs any more nor
	 * waits for a restart
	 */
	public CompletionStage<PipelineState> whenEnded() {
		return this.ended.minimalCompletionStage();
	}

	/**
	 * Returns the state of the pipeline, its stages and edges, without asking them.
	 * @return the status at this moment
	 */
	public PipelineStatus status() {
		return this.guard.read(() -> new PipelineStatus(this.name, state(),
				this.stages.all().stream().map(ManagedStage::status).toList(),
				this.stages.edges().stream().map(Edge::status).toList()));
	}

	/**
	 * Returns the state and numbers of one stage, without asking it.
	 * @param name the stage's name
	 * @return the status at this moment, if it is a stage of this pipeline
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return this.guard.read(() -> this.stages.find(name).map(ManagedStage::status));
	}

	private PipelineState state() {
		Set<StageState> states = this.stages.all().stream().map(ManagedStage::state).collect(Collectors.toSet());
		if (states.contains(StageState.FAILED)) {
			return PipelineState.FAILED;
		}
		if (this.stages.isAnyAlive()) {
			return isDraining() ? PipelineState.DRAINING : PipelineState.RUNNING;
		}
		if (!this.stages.isAnyStarted()) {
			return isDraining() ? PipelineState.STOPPED : PipelineState.CREATED;
		}
		return states.contains(StageState.STOPPED) ? PipelineState.STOPPED : PipelineState.COMPLETED;
	}

	@Override
	public String toString() {
		return "pipeline '%s'".formatted(this.name);
	}

}
