package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.genstage.EventCounts;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.WaitingEvents;
import io.genstage.account.StageTimes;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
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
 * Any thread may use it, also to change it while it runs, by the names of its stages; no
 * method blocks. A stage must not wait for what can't happen before its callback returns,
 * such as its own stop or the end of the pipeline: {@code join} and {@code get} of these
 * results throw an {@link IllegalStateException} then.
 */
public final class Pipeline {

	private final String name;

	private final StageSystem system;

	private final PipelineLock lock;

	private final Stages stages;

	private final EndPropagation endPropagation;

	private final Launcher launcher;

	private final ChangePublisher changes;

	private final Drain drain;

	private final Lookout lookout;

	/** Stages that are going to leave for good. */
	private final List<Departure> departures = new ArrayList<>();

	/** Finds out when the sources may close; set with the beginning of the drain. */
	private @Nullable Quiescence quiescence;

	/** The end of the run that goes on, or of the last one. */
	private CompletableFuture<PipelineState> ended = new CompletableFuture<>();

	private boolean over;

	/**
	 * Creates a pipeline that is not started.
	 * @param graph the stages; the pipeline is named after its producers
	 * @param system where the stages are started
	 */
	public Pipeline(PipelineGraph graph, StageSystem system) {
		this(graph, system, List.of());
	}

	/**
	 * Creates a pipeline that is not started.
	 * @param graph the stages; the pipeline is named after its producers
	 * @param system where the stages are started
	 * @param listeners get to know what becomes of it
	 */
	public Pipeline(PipelineGraph graph, StageSystem system, List<PipelineListener> listeners) {
		this(graph, system, listeners, TimeKeeping.DEFAULT);
	}

	/**
	 * Creates a pipeline that is not started.
	 * @param graph the stages; the pipeline is named after its producers
	 * @param system where the stages are started
	 * @param listeners get to know what becomes of it
	 * @param timeKeeping whether its stages keep accounts of what they spend their time
	 * on, whatever their own options say
	 */
	public Pipeline(PipelineGraph graph, StageSystem system, List<PipelineListener> listeners,
			TimeKeeping timeKeeping) {
		this.name = graph.name();
		this.system = system;
		this.lock = new PipelineLock(system, this::settle);
		this.stages = new Stages(graph, this.lock, this::disconnected,
				timeKeeping.accounts() ? system.scheduler()::nanoTime : null);
		this.lookout = new Lookout(this, system, timeKeeping);
		this.endPropagation = new EndPropagation(this.stages);
		this.launcher = new Launcher(system, this.lock, this.stages,
				new Supervisor(system, this.lock, this::startApart));
		this.changes = new ChangePublisher(this.name, this.lock, listeners);
		this.drain = new Drain(this.name, this.stages, system.scheduler(), this.lock, this.changes);
	}

	/**
	 * Returns the name of this pipeline.
	 * @return the names of the producers that it was created with, joined by {@code +}
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the graph that this pipeline runs. This takes no lock.
	 * @return the graph at this moment
	 */
	public PipelineGraph graph() {
		return this.stages.graph();
	}

	/**
	 * Starts all stages that are to start with the pipeline, connects them, and then lets
	 * demand reach the producers. Their {@code onStart} has run, on this thread, when
	 * this method returns.
	 * <p>
	 * A pipeline that has {@linkplain #whenEnded() ended} may be started again, unless it
	 * was drained. That is another run: what completed in the last one counts for
	 * nothing, while the numbers go on.
	 * @return completes when all is connected and events may flow
	 * @throws io.genstage.StageStartException if a stage can't start; those that were
	 * started before it have been stopped then
	 * @throws IllegalStateException if the pipeline runs, or was drained
	 */
	public CompletionStage<Void> start() {
		return this.launcher.startTogether(this.lock.change(() -> {
			if (isDraining() || (this.stages.isAnyStarted() && !this.over)) {
				throw new IllegalStateException("pipeline '%s' has been started already".formatted(this.name));
			}
			beginAnewIfOver();
			return planned(this.stages.all());
		}));
	}

	private void beginAnewIfOver() {
		if (this.over) {
			this.over = false;
			this.ended = new CompletableFuture<>();
			this.stages.instances().forEach(Instance::beginAnew);
		}
	}

	private static List<Launcher.Planned> planned(Collection<ManagedStage> stages) {
		return stages.stream()
			.filter((stage) -> stage.definition().autoStartup() && !stage.isLeaving())
			.flatMap((stage) -> stage.instances().stream())
			.map(Launcher.Planned::start)
			.toList();
	}

	/**
	 * Adds stages, which may subscribe to those that are here already. If the pipeline
	 * was started, those that are to start with it are started now, and connected when
	 * their {@code onStart} has run, on this thread. They get what is dispatched from
	 * then on.
	 * @param stages the definitions of the further stages, in any order
	 * @return completes when all is connected
	 * @throws InvalidGraphException if the graph would not be sound with them; nothing is
	 * added then
	 * @throws io.genstage.StageStartException if a stage can't start. None of them runs
	 * then, and each can still be {@linkplain #start(String) started} by its name
	 * @throws IllegalStateException if the pipeline drains
	 */
	public CompletionStage<Void> add(Collection<StageDefinition> stages) {
		return this.launcher.startTogether(this.lock.change(() -> {
			if (isDraining()) {
				throw new IllegalStateException(
						"pipeline '%s' can't take in further stages: it drains".formatted(this.name));
			}
			stages.forEach((stage) -> stage.producers().forEach((edge) -> refuseIfLeaving(edge.producer())));
			boolean started = this.stages.isAnyStarted();
			List<ManagedStage> added = this.stages.add(stages);
			return started ? planned(added) : List.of();
		}));
	}

	/**
	 * Removes stages for good, when they have finished what they have: those that others
	 * of them feed when these have stopped. If they are all stages of the pipeline, it
	 * ends and keeps them.
	 * @return completes when nothing is left of them
	 * @throws IllegalArgumentException if there are no such stages, or others subscribe
	 * to them
	 * @throws InvalidGraphException if the others would not be a sound graph
	 * @throws IllegalStateException if one of them is being removed, or the pipeline
	 * drains
	 */
	CompletionStage<@Nullable Void> remove(Set<String> names) {
		return this.lock.change(() -> {
			refuseToRemove(names);
			Departure departure = Departure
				.of(this.stages.all().stream().filter((stage) -> names.contains(stage.name())).toList());
			this.departures.add(departure);
			return departure.gone().minimalCompletionStage();
		});
	}

	/** Does nothing if stages could be removed. */
	void checkRemovable(Set<String> names) {
		this.lock.read(() -> {
			refuseToRemove(names);
			return this;
		});
	}

	private void refuseToRemove(Set<String> names) {
		if (isDraining() && this.drain.report().isEmpty()) {
			throw new IllegalStateException(
					"stages %s can't be deregistered: pipeline '%s' drains".formatted(names, this.name));
		}
		for (String stage : names) {
			refuseIfLeaving(stage);
			List<String> subscribers = new ArrayList<>(graph().consumersOf(stage));
			subscribers.removeAll(names);
			if (!subscribers.isEmpty()) {
				throw new IllegalArgumentException(
						"stage '%s' can't be deregistered: %s subscribe to it".formatted(stage, subscribers));
			}
		}
		Set<String> leaving = new HashSet<>(names);
		this.stages.all().stream().filter(ManagedStage::isLeaving).map(ManagedStage::name).forEach(leaving::add);
		PipelineGraph unused = graph().without(leaving);
	}

	private void refuseIfLeaving(String stage) {
		if (graph().find(stage).isPresent()) {
			refuseIfLeaving(this.stages.named(stage));
		}
	}

	private static void refuseIfLeaving(ManagedStage stage) {
		if (stage.isLeaving()) {
			throw new IllegalStateException("stage '%s' is being deregistered".formatted(stage.name()));
		}
	}

	/** Lets go of stages of which nothing is left, and returns whether there were any. */
	private boolean removeThoseGone() {
		List<Departure> over = this.departures.stream().filter(Departure::isOver).toList();
		for (Departure departure : over) {
			this.departures.remove(departure);
			if (departure.stages().size() < this.stages.all().size()) {
				this.stages.remove(departure.stages());
				departure.stages().forEach((stage) -> this.changes.forget(stage.name()));
			}
			departure.stages().forEach((stage) -> this.changes.tellRemoved(stage.name()));
			this.lock.tell(() -> departure.gone().complete(null));
		}
		return !over.isEmpty();
	}

	/**
	 * Starts one stage that does not run, and connects it to those of its neighbours that
	 * run. It is started on a thread of the system; if that fails, it is restarted as its
	 * policy says. The first one that is started again after the {@linkplain #whenEnded()
	 * end} of the pipeline begins another run: in whatever order the stages are started,
	 * each waits for its producers. One that took no part in the last run joins that, and
	 * completes at once if its producers have completed.
	 * <p>
	 * Starts, stops, restarts and other numbers of instances of one stage take effect one
	 * after the other. What has to wait for an earlier one is decided when that is done,
	 * so that the result fails with what would be thrown; the same once more, with
	 * nothing in between, is done once.
	 * @param stage the name of the stage
	 * @return completes when it is connected; fails with
	 * {@link io.genstage.StageStartException} if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it runs, or the pipeline drains
	 */
	public CompletionStage<Void> start(String stage) {
		return operate(stage, null, this::start);
	}

	private CompletionStage<Void> operate(String stage, @Nullable String name,
			Function<ManagedStage, CompletionStage<Void>> operation) {
		return change(stage, (operated) -> operated.operations().perform(name, () -> operation.apply(operated)));
	}

	/** Changes a stage, which takes its part, so that none of its callbacks may wait. */
	private CompletionStage<Void> change(String stage, Function<ManagedStage, CompletionStage<Void>> change) {
		return StageRef.answer(this.lock.change(() -> {
			refuseIfLeaving(stage);
			return change.apply(this.stages.named(stage));
		}), (waiting) -> this.lock.read(() -> this.stages.named(stage).runs().stream())
			.anyMatch((run) -> run.ref().equals(waiting)));
	}

	/** Returns a result that no callback of this pipeline may wait for. */
	private static <T> CompletionStage<T> endOf(Collection<Pipeline> pipelines, CompletionStage<T> result) {
		return StageRef.answer(result, (waiting) -> pipelines.stream().anyMatch((pipeline) -> pipeline.runs(waiting)));
	}

	private boolean runs(StageRef stage) {
		return this.lock.read(() -> this.stages.all().stream().flatMap((one) -> one.runs().stream()).toList())
			.stream()
			.anyMatch((run) -> run.ref().equals(stage));
	}

	private CompletionStage<Void> start(ManagedStage stage) {
		refuseIfLeaving(stage);
		if (isDraining() || stage.isAlive()) {
			throw new IllegalStateException("stage '%s' can't be started: it is %s, the pipeline is %s"
				.formatted(stage.name(), stage.state(), current()));
		}
		if (stage.isStarted()) {
			beginAnewIfOver();
		}
		stage.instances().forEach(Instance::forgetRestarts);
		return all(stage.instances().stream().map(this::startApart).toList());
	}

	private CompletionStage<Void> startApart(Instance instance) {
		return this.launcher.startApart(Launcher.Planned.start(instance));
	}

	/**
	 * Stops one stage when it has finished what it has: a producer takes in nothing new,
	 * the others leave their producers first. It is started again only by
	 * {@link #start(String)}; its neighbours wait for that.
	 * @param stage the name of the stage
	 * @return completes when it has stopped
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> stop(String stage) {
		return operate(stage, "stop", (stopping) -> retire(stopping.everyInstance()));
	}

	private CompletionStage<Void> retire(List<Instance> instances) {
		List<CompletionStage<?>> ends = new ArrayList<>();
		for (Instance instance : instances) {
			instance.whenOver().ifPresent(ends::add);
			instance.retire();
		}
		return all(ends);
	}

	/**
	 * {@linkplain #stop(String) Stops} one stage and starts it again. If it doesn't run
	 * it is only started. What it has failed before is forgotten.
	 * @param stage the name of the stage
	 * @return completes when it is connected again; fails if it can't start or the
	 * pipeline drains
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> restart(String stage) {
		return operate(stage, "restart", (restarting) -> {
			restarting.startAgain(true);
			return retire(restarting.everyInstance()).thenCompose((stopped) -> this.lock.change(() -> {
				restarting.startAgain(false);
				return start(restarting);
			}));
		});
	}

	/**
	 * Lets one stage take a break. A producer collects demand instead of acting on it;
	 * the others ask for nothing more and still handle what they have asked for. It stays
	 * paused over restarts, stops and starts until it is {@linkplain #resume(String)
	 * resumed}; a drain doesn't resume it either. A stage that is not started will start
	 * paused.
	 * @param stage the name of the stage
	 * @return completes when it is paused
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> pause(String stage) {
		return change(stage, (pausing) -> {
			pausing.pause(true);
			return all(pausing.runs().stream().map((run) -> survived(run.pause(this.lock))).toList());
		});
	}

	/**
	 * Lets one stage go on after a break.
	 * @param stage the name of the stage
	 * @return completes when it goes on
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> resume(String stage) {
		return change(stage, (resuming) -> {
			resuming.pause(false);
			return all(resuming.runs().stream().map((run) -> survived(run.resume())).toList());
		});
	}

	/** A run that ends meanwhile is no failure: the next one begins as it is wanted. */
	private static CompletionStage<?> survived(CompletionStage<?> answer) {
		return answer.handle((done, failure) -> null);
	}

	/**
	 * Changes the demand of one stage on all its edges, for each of its instances, while
	 * events flow: see {@link io.genstage.Subscription#retune}. It stays until
	 * {@linkplain #reset(String) reset}.
	 * @param stage the name of the stage
	 * @param maxDemand the most events that may be outstanding, at least 1
	 * @param minDemand the number of outstanding events at which to ask again, from 0 to
	 * {@code maxDemand - 1}
	 * @return completes when its instances have changed
	 * @throws IllegalArgumentException if there is no such stage, if it is a producer, or
	 * if the demand is impossible, as one is that is less than a batch of the stage
	 */
	public CompletionStage<Void> demand(String stage, int maxDemand, int minDemand) {
		return change(stage, (tuned) -> {
			if (tuned.isProducer()) {
				throw new IllegalArgumentException("stage '%s' is a producer, which asks for nothing".formatted(stage));
			}
			new LiveSettings(tuned).checkDemand(maxDemand);
			CompletionStage<Void> tuning = all(
					tuned.edges().stream().map((edge) -> edge.tune(edge.optionsWith(maxDemand, minDemand))).toList());
			this.changes.noteSetting(stage, "demand", "%d to %d".formatted(minDemand, maxDemand));
			return tuning;
		});
	}

	/**
	 * Changes how many instances of a stage run, while events flow. New ones are started
	 * and connected; surplus ones leave their producers, finish what they have and stop.
	 * A partition goes to another instance when the last one has handled all that it got
	 * of it, so that the order of each key is kept. It stays until
	 * {@linkplain #reset(String) reset}.
	 * @param stage the name of the stage
	 * @param concurrency from 1 to {@link StageDefinition#MAX_CONCURRENCY}
	 * @return completes when the new instances are connected and the surplus ones have
	 * stopped
	 * @throws IllegalArgumentException if there is no such stage, if the number is
	 * impossible, if the instances would share an object that can't be shared, or if the
	 * demand that so many instances have by default is less than a batch of the stage
	 * @throws IllegalStateException if the pipeline drains
	 */
	public CompletionStage<Void> concurrency(String stage, int concurrency) {
		StageDefinition.checkConcurrency(stage, concurrency);
		StageDefinition definition = this.lock.read(() -> this.stages.named(stage).definition());
		Stage alone = (concurrency > 1) ? definition.unshareable().orElse(null) : null;
		if (alone != null) {
			throw new IllegalArgumentException(
					"stage '%s' %s".formatted(stage, GraphCheck.whyAlone(concurrency, alone)));
		}
		return operate(stage, null, (changing) -> {
			refuseToChangeConcurrency(changing);
			new LiveSettings(changing).checkConcurrency(concurrency);
			this.changes.noteSetting(stage, "concurrency", String.valueOf(concurrency));
			return concurrency(changing, concurrency);
		});
	}

	private void refuseToChangeConcurrency(ManagedStage stage) {
		refuseIfLeaving(stage);
		if (isDraining()) {
			throw new IllegalStateException(
					"the concurrency of stage '%s' can't be changed: the pipeline drains".formatted(stage.name()));
		}
	}

	private CompletionStage<Void> concurrency(ManagedStage stage, int concurrency) {
		boolean growing = stage.instances()
			.stream()
			.anyMatch((instance) -> instance.isAlive() && !instance.isStopping());
		List<CompletionStage<?>> steps = new ArrayList<>();
		List<Instance> added = stage.grow(concurrency);
		if (growing) {
			added.forEach((instance) -> steps.add(startApart(instance)));
		}
		steps.add(retire(stage.shrink(concurrency)));
		stage.edges().forEach((edge) -> steps.add(edge.rebalance()));
		return all(steps);
	}

	/**
	 * Changes the rate of one stage, for all its instances at once, while events flow:
	 * see {@link RateAccount#change}. It stays until {@linkplain #reset(String) reset}.
	 * Other stages that were defined with the same account change with it.
	 * @param stage the name of the stage
	 * @param limit the new limit
	 * @throws IllegalArgumentException if there is no such stage, or it was defined
	 * without a rate
	 * @throws IllegalStateException if it is being deregistered
	 */
	public void rate(String stage, RateLimit limit) {
		this.lock.run(() -> {
			settings(stage).rate(limit);
			this.changes.noteSetting(stage, "rate", "%d per %s".formatted(limit.events(), limit.period()));
		});
	}

	/**
	 * Changes how one stage collects events, each of its instances for itself, while
	 * events flow: see {@link Batching#change}. It stays until {@linkplain #reset(String)
	 * reset}. Other stages that were defined with the same batching change with it.
	 * @param stage the name of the stage
	 * @param options the new options, whose size is no more than the maximum demand of
	 * each edge of the stage. If that was just raised, it is to be waited for
	 * @throws IllegalArgumentException if there is no such stage, if it was defined
	 * without batches, or if the size is impossible
	 * @throws IllegalStateException if it is being deregistered
	 */
	public void batch(String stage, BatchOptions options) {
		this.lock.run(() -> {
			settings(stage).batch(options);
			this.changes.noteSetting(stage, "batch", "%d within %s".formatted(options.size(), options.timeout()));
		});
	}

	private LiveSettings settings(String stage) {
		refuseIfLeaving(stage);
		return new LiveSettings(this.stages.named(stage));
	}

	/**
	 * Sets the demand, the concurrency, the rate and the batches of one stage to what was
	 * configured. A pause is not ended by it.
	 * @param stage the name of the stage
	 * @return completes when it is done
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if the pipeline drains
	 */
	public CompletionStage<Void> reset(String stage) {
		return operate(stage, "reset", (resetting) -> {
			refuseToChangeConcurrency(resetting);
			this.changes.noteSetting(stage, "all", "as configured");
			LiveSettings settings = new LiveSettings(resetting);
			settings.resetRate();
			// Before instances are added, for whose demand they may be too large.
			settings.resetBatchUnlessItGrows();
			List<CompletionStage<?>> steps = new ArrayList<>();
			steps.add(concurrency(resetting, resetting.definition().concurrency()));
			resetting.edges().forEach((edge) -> steps.add(edge.tune(null)));
			return all(steps).thenRun(() -> this.lock.run(settings::resetBatch));
		});
	}

	/**
	 * Sets the rates and batches of all stages to what was configured, for another
	 * pipeline of the same definitions.
	 */
	void resetOptions() {
		this.lock.run(() -> this.stages.all().stream().map(LiveSettings::new).forEach((settings) -> {
			settings.resetRate();
			settings.resetBatch();
		}));
	}

	private static CompletionStage<Void> all(List<? extends CompletionStage<?>> steps) {
		return CompletableFuture
			.allOf(steps.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new))
			.minimalCompletionStage();
	}

	/**
	 * Ends the pipeline in an orderly way: the producers take in nothing new, and each
	 * stage stops when its producers have stopped and it has handled everything. What is
	 * not finished in time is given up.
	 * <p>
	 * An {@link io.genstage.source.EventQueue} takes nothing from outside any more, but
	 * what stages of this pipeline hand over to it, until none of them has anything in
	 * hand. Pipelines that hand events over to each other are {@linkplain #drainAll
	 * drained together}.
	 * @param timeout how long the stages may take
	 * @return what was not finished; never fails. Completes at the time-out at the
	 * latest, even if a callback never returns. Draining again gives the first drain's
	 * report, and can only bring its end forward
	 */
	public CompletionStage<DrainReport> drain(Duration timeout) {
		return drainAll(List.of(this), timeout).thenApply((reports) -> reports.get(0));
	}

	/**
	 * Ends pipelines together, in an orderly way: what a stage of one of them hands over
	 * to an {@link io.genstage.source.EventQueue} of another one, or of its own, is still
	 * taken and handled. The queues close when no stage has anything in hand any more,
	 * neither events nor a callback that has not returned; in what order and circles they
	 * feed each other doesn't matter.
	 * <p>
	 * A stage is known by the thread of its callback, see
	 * {@link io.genstage.StageRef#current()}, and by the work that it has
	 * {@linkplain io.genstage.StageContext#execute given away}. Other threads are
	 * outside.
	 * @param pipelines the pipelines
	 * @param timeout how long all of them may take
	 * @return as {@link #drain}, in the order of the pipelines
	 */
	public static CompletionStage<List<DrainReport>> drainAll(Collection<Pipeline> pipelines, Duration timeout) {
		return drainAll(pipelines, timeout, Map.of());
	}

	/**
	 * {@linkplain #drainAll(Collection, Duration) Ends pipelines together} of which some
	 * hand events over by threads that can't be distinguished from those outside. What
	 * they feed stays open to all threads until they have nothing in hand.
	 * @param pipelines the pipelines
	 * @param timeout how long all of them may take
	 * @param feeders for the name of a producer the names of the stages, in other
	 * pipelines, whose threads hand events over to it. They should not feed each other in
	 * circles: nobody might rest then before the deadline
	 * @return as {@link #drain}, in the order of the pipelines
	 */
	public static CompletionStage<List<DrainReport>> drainAll(Collection<Pipeline> pipelines, Duration timeout,
			Map<String, Set<String>> feeders) {
		List<Pipeline> all = List.copyOf(pipelines);
		Quiescence quiescence = new Quiescence();
		// All, before the first queue is closed to what is outside.
		all.forEach((pipeline) -> pipeline.lock.run(pipeline.drain::announce));
		quiescence.watch(
				all.stream().filter((pipeline) -> pipeline.beginDrain(timeout, quiescence, feeders.keySet())).toList(),
				feeders);
		List<CompletableFuture<DrainReport>> reports = all.stream()
			.map((pipeline) -> pipeline.drain.whenReported().toCompletableFuture())
			.toList();
		return endOf(all, CompletableFuture.allOf(reports.toArray(CompletableFuture[]::new))
			.thenApply((done) -> reports.stream().map(CompletableFuture::join).toList()));
	}

	/** Begins to drain, and returns whether it has not begun before. */
	private boolean beginDrain(Duration timeout, Quiescence quiescence, Set<String> openToOutside) {
		return this.lock.change(() -> {
			boolean begins = !isDraining();
			if (begins) {
				this.quiescence = quiescence;
				this.drain.leaveOpen(openToOutside);
			}
			this.drain.begin(timeout);
			return begins;
		});
	}

	StageSystem system() {
		return this.system;
	}

	/** Returns what can be said of the stages while they drain. */
	Survey survey() {
		return this.lock.read(() -> Survey.of(this.stages));
	}

	/** Lets a source take in nothing from outside, if it is one of this pipeline. */
	void closeToOutside(String source) {
		this.lock.run(() -> this.drain.closeToOutside(source));
	}

	/** Lets the sources take in nothing at all, not even what stages hand over. */
	void closeSources() {
		this.lock.run(this.drain::close);
	}

	/**
	 * Returns what became of the events that were under way when the pipeline was
	 * drained.
	 * @return the report, once there is one
	 */
	public Optional<DrainReport> drainReport() {
		return this.lock.read(this.drain::report);
	}

	/** A partition that one instance has left may be taken by another one. */
	private void disconnected(InstanceRun consumer) {
		consumer.instance().tidy();
		consumer.instance().drainIfRetired(consumer);
		CompletionStage<Void> unused = this.stages.connect();
	}

	private boolean isDraining() {
		return this.drain.isBegun();
	}

	/** Does what follows from a change: called by the lock. */
	private void settle() {
		if (this.drain.isAnnounced()) {
			this.endPropagation.announceDrain();
		}
		this.endPropagation.advance(isDraining(), this.drain::isOpenToOutside, this.drain.isClosing());
		this.stages.arrangeSeats(isDraining());
		this.stages.all().forEach(ManagedStage::tidy);
		this.stages.all().forEach(ManagedStage::publish);
		PipelineState now = current();
		this.changes.tellChanges(this.stages, now);
		this.drain.advance();
		if (this.quiescence != null) {
			this.lock.tell(this.quiescence::look);
		}
		if (!this.over && !this.stages.isAnyAlive() && (isDraining() || this.stages.isAnyStarted())) {
			this.over = true;
			CompletableFuture<PipelineState> ending = this.ended;
			this.lock.tell(() -> ending.complete(now));
		}
		if (removeThoseGone()) {
			settle();
		}
	}

	/**
	 * Returns the end of the run that goes on: of the last one if the pipeline has ended
	 * and no stage was started since, and of the first one if none was ever started.
	 * Stages that don't start with the pipeline are not waited for, unless they have been
	 * started.
	 * @return the last state, complete when no stage runs any more nor waits for a
	 * restart. What is started later changes nothing about it
	 */
	public CompletionStage<PipelineState> whenEnded() {
		return endOf(List.of(this), this.lock.read(() -> this.ended));
	}

	/**
	 * Returns the state of the pipeline.
	 * @return the state at this moment
	 */
	public PipelineState state() {
		return this.lock.read(this::current);
	}

	/**
	 * Returns the state of the pipeline, its stages and edges, without asking them.
	 * @return the status at this moment
	 */
	public PipelineStatus status() {
		return this.lock.read(() -> new PipelineStatus(this.name, current(),
				this.stages.all().stream().map((stage) -> stage.view().status()).toList(),
				this.stages.edges().stream().map(Edge::status).toList()));
	}

	/**
	 * Returns the state and numbers of one stage, without asking it. This takes no lock,
	 * and as long whether the pipeline has two stages or thousands.
	 * @param name the stage's name
	 * @return the status at this moment, if it is a stage of this pipeline
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return this.stages.view(name).map(StageView::status);
	}

	/**
	 * Returns where one stage stands, with even less effort than {@link #stage(String)}.
	 * @param name the stage's name
	 * @return the state at this moment, if it is a stage of this pipeline
	 */
	public Optional<StageState> state(String name) {
		return this.stages.view(name).map(StageView::state);
	}

	/**
	 * Returns what has gone through one stage, with less effort than
	 * {@link #stage(String)}.
	 * @param name the stage's name
	 * @return the counts up to this moment, summed up over its instances and their runs,
	 * if it is a stage of this pipeline
	 */
	public Optional<EventCounts> counts(String name) {
		return this.stages.view(name).map(StageView::counts);
	}

	/**
	 * Returns what the instances of one stage have spent their time on, with less effort
	 * than {@link #stage(String)}.
	 * @param name the stage's name
	 * @return the times up to this moment, summed up over its instances and their runs,
	 * if it is a stage of this pipeline that was started and keeps accounts
	 */
	public Optional<StageTimes> times(String name) {
		return this.stages.view(name).map(StageView::times);
	}

	/**
	 * Returns the last two looks at this pipeline, and what limits it by these and those
	 * before. To ask starts to look at intervals, which goes on until nobody has asked
	 * for five minutes or the pipeline ends; nobody waits for a look.
	 * @return the last window; empty at the first interval, if no accounts are kept, or
	 * if the pipeline doesn't run
	 */
	public Optional<PipelineWindow> window() {
		return this.lookout.window();
	}

	/**
	 * Returns what limits this pipeline, as {@link #window()} does.
	 * @return the verdict, which is not known for the first two intervals
	 */
	public PipelineVerdict verdict() {
		Optional<PipelineWindow> window = window();
		if (window.isPresent() && isAlive()) {
			return window.get().verdict();
		}
		PipelineVerdict open = isAlive() ? PipelineVerdict.UNKNOWN : new PipelineVerdict(
				PipelineVerdict.Kind.NOT_RUNNING, null, null, "it is " + state().name().toLowerCase(Locale.ROOT), null);
		return Judgement.factOf(status()).orElse(open);
	}

	/** Returns whether a stage runs, or is going to. */
	boolean isAlive() {
		return this.lock.read(this.stages::isAnyAlive);
	}

	/**
	 * Counts events as discarded that a stage was done with, but that are lost now, such
	 * as a dead letter for which its store has no room.
	 * @param name the stage's name; nothing is counted for one that is not of this
	 * pipeline
	 * @param events how many
	 */
	public void countLost(String name, long events) {
		this.stages.countLost(name, events);
	}

	/**
	 * Returns what one stage holds, with less effort than {@link #stage(String)}.
	 * @param name the stage's name
	 * @return what waits at this moment, summed up over its instances, if it is a stage
	 * of this pipeline
	 */
	public Optional<WaitingEvents> waiting(String name) {
		return this.stages.view(name).map(StageView::waiting);
	}

	/**
	 * Returns how many events with a settlement a stage has emitted whose sources have
	 * not heard of their outcome.
	 * @param name the stage's name
	 * @return the number at this moment, summed up over its instances and their runs; 0
	 * if there is no such stage
	 */
	public long unsettled(String name) {
		return this.stages.view(name).map(StageView::unsettled).orElse(0L);
	}

	/**
	 * Returns how many events a stage waits for, with less effort than
	 * {@link #stage(String)}.
	 * @param consumer the stage's name
	 * @param producer the name of the stage that it waits for
	 * @return the outstanding demand at this moment, 0 if there is no such edge
	 */
	public long demand(String consumer, String producer) {
		StageView asked = this.stages.view(producer).orElse(null);
		return (asked != null) ? this.stages.view(consumer).map((stage) -> stage.demand(asked)).orElse(0L) : 0;
	}

	/**
	 * Returns for which others a stage waits that has nothing to do now. If it is starved
	 * these are its producers that owe it events; if it is blocked, the consumers of
	 * which an instance doesn't ask it for any. They may wait for others in turn. This
	 * takes no lock.
	 * @param name the stage's name
	 * @return at most five names, in the order in which the edges were defined; none if
	 * it does something else, waits for something outside of the pipeline, keeps no
	 * account, or is no stage of this pipeline
	 */
	public List<String> waitsFor(String name) {
		PipelineGraph graph = graph();
		return graph.find(name)
			.map((stage) -> new Awaited((other) -> this.stages.view(other).orElse(null)).by(stage,
					graph.consumersOf(name)))
			.orElse(List.of());
	}

	/**
	 * Returns the numbers of the edges to one stage, without those of others.
	 * @param consumer the stage's name
	 * @return the edges at this moment, as they were defined; none for a producer, and if
	 * it is no stage of this pipeline
	 */
	public List<EdgeStatus> edgesTo(String consumer) {
		return this.lock.read(() -> graph().find(consumer)
			.map((stage) -> this.stages.named(stage.name()).edges().stream().map(Edge::status).toList())
			.orElse(List.of()));
	}

	/**
	 * Returns the rate of one stage. This takes no lock.
	 * @param name the stage's name
	 * @return the limit in force, if it is a stage of this pipeline that was defined with
	 * a rate
	 */
	public Optional<RateLimit> rate(String name) {
		return options(name).map(StageOptions::rate).map(RateAccount::limit);
	}

	/**
	 * Returns how one stage collects events. This takes no lock.
	 * @param name the stage's name
	 * @return the options in force, if it is a stage of this pipeline that was defined
	 * with batches
	 */
	public Optional<BatchOptions> batch(String name) {
		return options(name).map(StageOptions::batching).map(Batching::options);
	}

	private Optional<StageOptions> options(String name) {
		return graph().find(name).map(StageDefinition::options);
	}

	private PipelineState current() {
		Set<StageState> states = EnumSet.noneOf(StageState.class);
		this.stages.all().forEach((stage) -> states.add(stage.state()));
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
