package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.genstage.ExitReason;
import io.genstage.StageSystem;
import io.genstage.Subscription;
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
 * handled everything. A stage that fails loses what it holds; the others go on as far as
 * they can without it.
 * <p>
 * Any thread may use it; no method blocks.
 */
public final class Pipeline {

	/*
	 * The lock guards what the pipeline knows of its stages. Nothing is waited for while
	 * it is held: stages are only told what to do, and answer on threads of their own.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	private final String name;

	private final PipelineGraph graph;

	private final StageSystem system;

	private final Map<String, ManagedStage> stages = new LinkedHashMap<>();

	private final CompletableFuture<PipelineState> ended = new CompletableFuture<>();

	private final CompletableFuture<DrainReport> drained = new CompletableFuture<>();

	private boolean draining;

	private @Nullable DrainReport report;

	private @Nullable PipelineState lastState;

	/**
	 * Creates a pipeline that is not started.
	 * @param graph the stages; the pipeline is named after its producers
	 * @param system where the stages are started
	 */
	public Pipeline(PipelineGraph graph, StageSystem system) {
		this.graph = graph;
		this.system = system;
		graph.stages().forEach((stage) -> this.stages.put(stage.name(), new ManagedStage(stage)));
		this.name = this.stages.values()
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
		return this.graph;
	}

	/**
	 * Starts all stages that are to start with the pipeline, connects them, and then lets
	 * demand reach the producers.
	 * @return completes when all is connected and events may flow
	 * @throws io.genstage.StageStartException if a stage can't start; those that were
	 * started before it have been stopped then
	 * @throws IllegalStateException if the pipeline was started before
	 */
	public CompletionStage<Void> start() {
		return locked(() -> {
			if (this.draining || this.stages.values().stream().anyMatch(ManagedStage::isStarted)) {
				throw new IllegalStateException("pipeline '%s' has been started already".formatted(this.name));
			}
			return start(this.stages.values().stream().filter((stage) -> stage.definition().autoStartup()).toList());
		});
	}

	/**
	 * Starts one stage that did not start with the pipeline, and connects it to those of
	 * its neighbours that run.
	 * @param stage the name of the stage
	 * @return completes when it is connected
	 * @throws io.genstage.StageStartException if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it was started before, or the pipeline drains
	 */
	public CompletionStage<Void> start(String stage) {
		return locked(() -> {
			ManagedStage starting = managed(stage);
			if (this.draining || starting.isStarted()) {
				throw new IllegalStateException("stage '%s' can't be started: it is %s, the pipeline is %s"
					.formatted(stage, starting.state(), state()));
			}
			return start(List.of(starting));
		});
	}

	private CompletionStage<Void> start(List<ManagedStage> starting) {
		List<ManagedStage> started = new ArrayList<>();
		try {
			for (ManagedStage stage : starting) {
				stage.start(this.system).whenStopped().thenAccept((reason) -> onStopped(stage, reason));
				started.add(stage);
			}
		}
		catch (RuntimeException ex) {
			started.forEach((stage) -> stage.stop(ExitReason.shutdown("the pipeline could not start")));
			throw ex;
		}
		// A stage that fails while it subscribes must not keep the others from starting.
		return connect().handle((connected, failure) -> locked(() -> {
			starting.forEach(ManagedStage::releaseDemand);
			// A stage that starts late may have no producer left to wait for.
			advance();
			return null;
		}));
	}

	/** Connects the running stages as far as they are not connected yet. */
	private CompletionStage<Void> connect() {
		List<CompletableFuture<?>> connections = new ArrayList<>();
		for (ManagedStage consumer : this.stages.values()) {
			for (EdgeDefinition edge : consumer.definition().producers()) {
				ManagedStage producer = managed(edge.producer());
				if (consumer.isRunning() && producer.isRunning() && !consumer.isSubscribedTo(producer)) {
					connections.add(consumer.subscribe(edge, producer)
						.thenAccept((subscription) -> onSubscribed(consumer, subscription))
						.toCompletableFuture());
				}
			}
		}
		return CompletableFuture.allOf(connections.toArray(CompletableFuture[]::new));
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
		locked(() -> {
			if (!this.draining) {
				this.draining = true;
				this.stages.values().forEach(ManagedStage::rememberDiscarded);
				running().stream().filter(ManagedStage::isProducer).forEach(ManagedStage::drain);
				this.system.scheduler().schedule(timeout, this::giveUp);
				advance();
			}
			return null;
		});
		return this.drained.minimalCompletionStage();
	}

	private void giveUp() {
		locked(() -> {
			if (this.report == null) {
				report();
				running().forEach((stage) -> stage.stop(ExitReason.shutdown("not drained in time")));
			}
			return null;
		});
	}

	private void report() {
		this.report = new DrainReport(this.name,
				this.stages.values()
					.stream()
					.map(ManagedStage::remainder)
					.filter(DrainReport.Remainder::isUnfinished)
					.toList());
	}

	private void onSubscribed(ManagedStage consumer, Subscription subscription) {
		locked(() -> {
			consumer.subscribed(subscription);
			return null;
		});
	}

	private void onStopped(ManagedStage stage, ExitReason reason) {
		locked(() -> {
			stage.ended(reason);
			advance();
			return null;
		});
	}

	/** Passes on the end of stages to their neighbours. */
	private void advance() {
		for (ManagedStage stage : running()) {
			if (this.draining && hasLostItsConsumers(stage)) {
				stage.stop(ExitReason.shutdown("no consumer is left"));
			}
			else if (hasSeenAllEvents(stage)) {
				stage.drain();
			}
		}
		if (running().isEmpty()) {
			if (this.draining && this.report == null) {
				report();
			}
			this.lastState = state();
		}
	}

	private boolean hasLostItsConsumers(ManagedStage stage) {
		return stage.definition().kind().produces()
				&& this.graph.consumersOf(stage.name()).stream().map(this::managed).noneMatch(ManagedStage::isRunning);
	}

	/**
	 * A stage has seen all events when its producers have completed. When the pipeline
	 * drains, a producer that ended in another way will not come back either.
	 */
	private boolean hasSeenAllEvents(ManagedStage stage) {
		return !stage.isProducer() && stage.definition()
			.producers()
			.stream()
			.map((edge) -> managed(edge.producer()))
			.allMatch(
					(producer) -> producer.state() == StageState.COMPLETED || (this.draining && !producer.isRunning()));
	}

	/**
	 * Returns the end of the pipeline.
	 * @return the last state, complete when no stage runs any more
	 */
	public CompletionStage<PipelineState> whenEnded() {
		return this.ended.minimalCompletionStage();
	}

	/**
	 * Returns the state of the pipeline, its stages and edges, without asking them.
	 * @return the status at this moment
	 */
	public PipelineStatus status() {
		return locked(() -> new PipelineStatus(this.name, state(),
				this.stages.values().stream().map(ManagedStage::status).toList(),
				this.stages.values()
					.stream()
					.map(ManagedStage::subscriptions)
					.map(Map::values)
					.flatMap(Collection::stream)
					.map(Subscription::status)
					.toList()));
	}

	/**
	 * Returns the state and numbers of one stage, without asking it.
	 * @param name the stage's name
	 * @return the status at this moment, if it is a stage of this pipeline
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return locked(() -> Optional.ofNullable(this.stages.get(name)).map(ManagedStage::status));
	}

	private PipelineState state() {
		List<StageState> states = this.stages.values().stream().map(ManagedStage::state).toList();
		if (states.contains(StageState.FAILED)) {
			return PipelineState.FAILED;
		}
		if (states.contains(StageState.RUNNING)) {
			return this.draining ? PipelineState.DRAINING : PipelineState.RUNNING;
		}
		if (states.stream().allMatch(StageState.CREATED::equals)) {
			return this.draining ? PipelineState.STOPPED : PipelineState.CREATED;
		}
		return states.contains(StageState.STOPPED) ? PipelineState.STOPPED : PipelineState.COMPLETED;
	}

	private List<ManagedStage> running() {
		return this.stages.values().stream().filter(ManagedStage::isRunning).toList();
	}

	private ManagedStage managed(String stage) {
		ManagedStage managed = this.stages.get(this.graph.stage(stage).name());
		if (managed == null) {
			throw new IllegalStateException("the graph and the pipeline differ in stage '%s'".formatted(stage));
		}
		return managed;
	}

	private <T> T locked(Supplier<T> action) {
		DrainReport reported;
		PipelineState last;
		T result;
		this.lock.lock();
		try {
			result = action.get();
			reported = this.report;
			last = this.lastState;
		}
		finally {
			this.lock.unlock();
		}
		// Told without the lock, since those who wait for it may do anything.
		if (reported != null) {
			this.drained.complete(reported);
		}
		if (last != null) {
			this.ended.complete(last);
		}
		return result;
	}

	@Override
	public String toString() {
		return "pipeline '%s'".formatted(this.name);
	}

}
