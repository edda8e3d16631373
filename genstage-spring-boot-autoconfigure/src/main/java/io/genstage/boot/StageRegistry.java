package io.genstage.boot;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.genstage.EventCounts;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.WaitingEvents;
import io.genstage.account.StageTimes;
import io.genstage.batch.BatchOptions;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.link.LinkEnd;
import io.genstage.boot.setting.LiveSettings;
import io.genstage.boot.setting.SettingInForce;
import io.genstage.boot.setting.SettingsInForce;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.PipelineVerdict;
import io.genstage.pipeline.PipelineWindow;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.pipeline.TimeKeeping;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.metrics.ApplicationStartup;

/**
 * The pipelines of an application, which are looked at, changed and added to by the names
 * of their stages. They are assembled once all singletons exist, which is when everything
 * that is wrong with them is reported. Until then all methods throw an
 * {@link IllegalStateException}; so no bean can use it while it is created.
 *
 * <pre class="code">
 * this.registry.pause("invoices").thenRun(this::migrate).thenCompose((done) -> this.registry.resume("invoices"));
 * </pre>
 *
 * Any thread may use it; no method waits for a stage. A change completes when it has
 * taken effect, and outlasts restarts of the stage. When the context is stopped and
 * started again, pauses and registered stages are still there, other changes are not.
 */
public final class StageRegistry implements SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Map<String, Set<String>> fedBy;

	private final Assembly assembly;

	private final StageSystem system;

	private final ObjectProvider<PipelineListener> listeners;

	private final TimeKeeping timeKeeping;

	private volatile @Nullable PipelineRegistry pipelines;

	/** What the annotated stages were configured with, by their names. */
	private volatile Map<String, Configured> configured = Map.of();

	/**
	 * Creates the registry of an application context.
	 * @param beanFactory where the annotated beans are
	 * @param properties the configuration of the stages
	 * @param system where the stages are started
	 * @param listeners get to know what becomes of each pipeline
	 */
	public StageRegistry(ConfigurableListableBeanFactory beanFactory, GenStageProperties properties, StageSystem system,
			ObjectProvider<PipelineListener> listeners) {
		this.beanFactory = beanFactory;
		this.fedBy = properties.lifecycle().fedBy();
		this.assembly = new Assembly(beanFactory, () -> assemble(properties));
		this.system = system;
		this.listeners = listeners;
		this.timeKeeping = properties.accounts().timeKeeping();
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.assembly.run(this::assembleFrom);
	}

	/** Returns the pipelines, assembled by whoever wants them first. */
	private PipelineRegistry assembled() {
		if (this.pipelines == null) {
			this.assembly.runEarly(this::assembleFrom);
		}
		return Objects.requireNonNull(this.pipelines);
	}

	private List<PipelineGraph> assemble(GenStageProperties properties) {
		PipelineAssembler assembler = new PipelineAssembler(this.beanFactory, properties);
		List<PipelineGraph> graphs = assembler.assemble();
		Map<String, Configured> configured = new LinkedHashMap<>();
		graphs.stream()
			.flatMap((graph) -> graph.stages().stream())
			.forEach((stage) -> Optional.ofNullable(assembler.inForce().get(stage.name()))
				.ifPresent((settings) -> configured.put(stage.name(), new Configured(stage, settings))));
		this.configured = configured;
		return graphs;
	}

	private void assembleFrom(List<PipelineGraph> graphs) {
		PipelineRegistry assembled = new PipelineRegistry(this.system, () -> this.listeners.orderedStream().toList(),
				this.timeKeeping);
		CompletionStage<Void> unused = assembled
			.register(graphs.stream().flatMap((graph) -> graph.stages().stream()).toArray(StageDefinition[]::new));
		this.pipelines = assembled;
	}

	/** Returns who gets to know how the application starts. */
	ApplicationStartup startup() {
		return this.beanFactory.getApplicationStartup();
	}

	/**
	 * Returns the state and numbers of all pipelines, without asking their stages.
	 * @return the status of each pipeline at this moment
	 */
	public List<PipelineStatus> pipelines() {
		return assembled().pipelines().stream().map(Pipeline::status).toList();
	}

	/**
	 * Returns the state and numbers of a pipeline, without asking its stages or looking
	 * at other pipelines.
	 * @param name the pipeline's name, which is that of its producers
	 * @return the status at this moment, if there is such a pipeline
	 */
	public Optional<PipelineStatus> pipeline(String name) {
		return assembled().pipelines()
			.stream()
			.filter((pipeline) -> pipeline.name().equals(name))
			.findFirst()
			.map(Pipeline::status);
	}

	/**
	 * Returns the graphs of all pipelines, which are what is drawn of them.
	 * @return the graph of each pipeline at this moment by the pipeline's name, in the
	 * order in which the pipelines were registered
	 */
	public Map<String, PipelineGraph> graphs() {
		Map<String, PipelineGraph> graphs = new LinkedHashMap<>();
		assembled().pipelines().forEach((pipeline) -> graphs.put(pipeline.name(), pipeline.graph()));
		return Collections.unmodifiableMap(graphs);
	}

	/**
	 * Returns where the pipeline of a stage stands, without its numbers.
	 * @param stage the stage's name
	 * @return the state at this moment, if there is such a stage
	 */
	public Optional<PipelineState> pipelineState(String stage) {
		return assembled().find(stage).map(Pipeline::state);
	}

	/**
	 * Returns the name of the pipeline that a stage is a part of.
	 * @param stage the stage's name
	 * @return the name, if there is such a stage
	 */
	public Optional<String> pipelineName(String stage) {
		return assembled().find(stage).map(Pipeline::name);
	}

	/**
	 * Returns the numbers of the subscriptions of a stage, without those of others.
	 * @param stage the stage's name
	 * @return the edges from its producers; none for a producer, and if there is no such
	 * stage
	 */
	public List<EdgeStatus> edgesTo(String stage) {
		return assembled().find(stage).map((pipeline) -> pipeline.edgesTo(stage)).orElse(List.of());
	}

	/**
	 * Returns what the stages are, as they were declared and configured.
	 * @return the definitions of all stages, each behind its producers
	 */
	public List<StageDefinition> definitions() {
		return assembled().definitions();
	}

	/**
	 * Returns what a stage is, as it was declared and configured.
	 * @param name the stage's name
	 * @return the definition, if there is such a stage
	 */
	public Optional<StageDefinition> definition(String name) {
		return assembled().definition(name);
	}

	/**
	 * Returns the settings that are in force for a stage, also those that nobody has
	 * said, each with who says so: a property, the annotation, a customizer, somebody who
	 * has changed it since, or nobody. The stage isn't asked.
	 * @param name the stage's name
	 * @return the settings of the stage in the order of the reference page, then those of
	 * each of its subscriptions; of a stage that was registered from code what its
	 * definition says; none if there is no such stage
	 */
	public List<SettingInForce> settings(String name) {
		StageDefinition stage = definition(name).orElse(null);
		ManagedStageStatus status = stage(name).orElse(null);
		if (stage == null || status == null) {
			return List.of();
		}
		Map<String, SubscribeOptions> demand = new LinkedHashMap<>();
		edgesTo(name).forEach((edge) -> demand.put(edge.producer(), edge.options()));
		// Another stage may have taken the name of an annotated one.
		Configured configured = this.configured.get(name);
		SettingsInForce settings = (configured != null && configured.stage().equals(stage)) ? configured.settings()
				: SettingsInForce.ofCode(stage);
		return settings
			.changedTo(stage,
					new LiveSettings(status.instances().size(), rate(name).orElse(null), batch(name).orElse(null),
							demand))
			.list();
	}

	/**
	 * Returns the state and numbers of a stage, without asking it. What it is
	 * ({@link ManagedStageStatus#state()}) and whether a pause is wanted
	 * ({@link ManagedStageStatus#pauseWanted()}) are two different things.
	 * @param name the stage's name
	 * @return the status, if there is such a stage
	 */
	public Optional<ManagedStageStatus> stage(String name) {
		return assembled().stage(name);
	}

	/**
	 * Returns where a stage stands, with less effort than its {@linkplain #stage status}.
	 * @param name the stage's name
	 * @return the state, if there is such a stage
	 */
	public Optional<StageState> state(String name) {
		return assembled().state(name);
	}

	/**
	 * Returns what has gone through a stage, with less effort than its {@linkplain #stage
	 * status}.
	 * @param name the stage's name
	 * @return the counts, if there is such a stage
	 */
	public Optional<EventCounts> counts(String name) {
		return assembled().counts(name);
	}

	/**
	 * Returns what a stage holds, with less effort than its {@linkplain #stage status}.
	 * @param name the stage's name
	 * @return what waits there, if there is such a stage
	 */
	public Optional<WaitingEvents> waiting(String name) {
		return assembled().waiting(name);
	}

	/**
	 * Returns how many events with a settlement a stage has emitted whose sources have
	 * not heard of their outcome.
	 * @param name the stage's name
	 * @return the number at this moment, 0 if there is no such stage
	 */
	public long unsettled(String name) {
		return assembled().unsettled(name);
	}

	/**
	 * Returns what the instances of a stage have spent their time on, with less effort
	 * than its {@linkplain #stage status}.
	 * @param name the stage's name
	 * @return the times up to now, if there is such a stage, which was started, and
	 * accounts are kept
	 */
	public Optional<StageTimes> times(String name) {
		return assembled().times(name);
	}

	/**
	 * Returns what limits a pipeline: see {@link Pipeline#verdict()}.
	 * @param name the name of the pipeline, or of a stage of it
	 * @return the verdict, if there is such a pipeline
	 */
	public Optional<PipelineVerdict> verdict(String name) {
		return pipelineNamed(name).map(Pipeline::verdict);
	}

	/**
	 * Returns the last two looks at a pipeline: see {@link Pipeline#window()}.
	 * @param name the name of the pipeline, or of a stage of it
	 * @return the last window, if there is such a pipeline and it was looked at twice
	 */
	public Optional<PipelineWindow> window(String name) {
		return pipelineNamed(name).flatMap(Pipeline::window);
	}

	private Optional<Pipeline> pipelineNamed(String name) {
		Optional<Pipeline> ofStage = assembled().find(name);
		return ofStage.isPresent() ? ofStage
				: assembled().pipelines().stream().filter((pipeline) -> pipeline.name().equals(name)).findFirst();
	}

	/**
	 * Returns how many events a stage waits for.
	 * @param stage the stage's name
	 * @param producer the name of the stage that it waits for
	 * @return the outstanding demand, 0 if there is no such edge
	 */
	public long demand(String stage, String producer) {
		return assembled().demand(stage, producer);
	}

	/**
	 * Returns for which others a stage waits that has nothing to do now: see
	 * {@link Pipeline#waitsFor(String)}.
	 * @param stage the stage's name
	 * @return at most five names; none if there is no such stage
	 */
	public List<String> waitsFor(String stage) {
		return assembled().waitsFor(stage);
	}

	/**
	 * Returns the rate of a stage.
	 * @param name the stage's name
	 * @return the limit in force, if there is such a stage and it was configured with a
	 * rate
	 */
	public Optional<RateLimit> rate(String name) {
		return assembled().rate(name);
	}

	/**
	 * Returns how a stage collects events.
	 * @param name the stage's name
	 * @return the options in force, if there is such a stage and it was configured with
	 * batches
	 */
	public Optional<BatchOptions> batch(String name) {
		return assembled().batch(name);
	}

	/**
	 * Returns what became of the events that were under way when the pipelines were
	 * drained, with the application or its lifecycle.
	 * @return the report of each pipeline that has been drained and not started again
	 */
	public List<DrainReport> drainReports() {
		return assembled().pipelines().stream().flatMap((pipeline) -> pipeline.drainReport().stream()).toList();
	}

	/**
	 * Returns the end of the run of the pipeline that a stage belongs to: of the one that
	 * goes on, or else of the last one.
	 * @param name the stage's name
	 * @return the pipeline's last state, complete when none of its stages runs any more
	 * nor waits for a restart
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<PipelineState> whenEnded(String name) {
		return pipelineOf(name).whenEnded();
	}

	/**
	 * Runs the pipeline that a stage belongs to again, after it has ended: all its stages
	 * that start with it are started, and what completed before counts for nothing.
	 *
	 * <pre class="code">
	 * this.registry.run("invoices").thenAccept((state) -> this.reports.add(state));
	 * </pre>
	 * @param name the stage's name
	 * @return the pipeline's last state, complete when this run has ended
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws io.genstage.StageStartException if a stage can't start
	 * @throws IllegalStateException if the pipeline runs, or was drained with the
	 * application or its lifecycle
	 */
	public CompletionStage<PipelineState> run(String name) {
		Pipeline pipeline = pipelineOf(name);
		CompletionStage<Void> unused = pipeline.start();
		return pipeline.whenEnded();
	}

	/**
	 * Starts a stage that does not run.
	 * @param name the stage's name
	 * @return completes when it is connected to those of its neighbours that run; fails
	 * with {@link io.genstage.StageStartException} if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if it runs, or its pipeline drains
	 */
	public CompletionStage<Void> start(String name) {
		return assembled().start(name);
	}

	/**
	 * Stops a stage when it has finished what it has. Its neighbours wait until it is
	 * started again.
	 * @param name the stage's name
	 * @return completes when it has stopped
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> stop(String name) {
		return assembled().stop(name);
	}

	/**
	 * Stops a stage when it has finished what it has, and starts it again. One that has
	 * failed is started.
	 * @param name the stage's name
	 * @return completes when it is connected again; fails with
	 * {@link io.genstage.StageStartException} if it can't start
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> restart(String name) {
		return assembled().restart(name);
	}

	/**
	 * Lets a stage take a break: it asks for nothing more and handles what it has asked
	 * for. Only {@link #resume} ends the break: no restart does, no drain, and no restart
	 * of the context.
	 * @param name the stage's name
	 * @return completes when it is paused
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> pause(String name) {
		return assembled().pause(name);
	}

	/**
	 * Lets a stage go on after a break.
	 * @param name the stage's name
	 * @return completes when it goes on
	 * @throws IllegalArgumentException if there is no such stage
	 */
	public CompletionStage<Void> resume(String name) {
		return assembled().resume(name);
	}

	/**
	 * Changes the demand of a stage on all its subscriptions, for each of its instances,
	 * while events flow.
	 * @param name the stage's name
	 * @param maxDemand the most events to have outstanding, at least 1
	 * @param minDemand the number of outstanding events at which to ask for more, from 0
	 * to {@code maxDemand - 1}
	 * @return completes when its instances have changed
	 * @throws IllegalArgumentException if there is no such stage, if it is a producer, or
	 * if the demand is impossible, as one is that is less than a batch of the stage
	 */
	public CompletionStage<Void> demand(String name, int maxDemand, int minDemand) {
		return assembled().demand(name, maxDemand, minDemand);
	}

	/**
	 * Changes how many instances of a stage run, while events flow. They share the bean,
	 * which has to be thread-safe if there are several, unless its scope is prototype.
	 * @param name the stage's name
	 * @param concurrency from 1 to {@link StageDefinition#MAX_CONCURRENCY}
	 * @return completes when new instances are connected and surplus ones have stopped
	 * @throws IllegalArgumentException if there is no such stage, or the number is
	 * impossible, as several are for a producer that reads a sequence, since each
	 * instance would read all of it, and for a bean that can be the stage of one instance
	 * only
	 * @throws IllegalStateException if its pipeline drains
	 */
	public CompletionStage<Void> concurrency(String name, int concurrency) {
		sourceOf(name).flatMap((source) -> source.refusalOf(concurrency)).ifPresent((refusal) -> {
			throw new IllegalArgumentException("stage '%s': %s".formatted(name, refusal));
		});
		return pipelineOf(name).concurrency(name, concurrency);
	}

	/**
	 * Changes the rate of a stage, for all its instances at once, while events flow. What
	 * waits goes on by the new limit at once.
	 * @param name the stage's name
	 * @param limit the new limit
	 * @throws IllegalArgumentException if there is no such stage, or it was configured
	 * without a rate
	 */
	public void rate(String name, RateLimit limit) {
		assembled().rate(name, limit);
	}

	/**
	 * Changes how a stage collects events, each of its instances for itself, while events
	 * flow. Open batches that are too large then are handled in parts, those that are too
	 * old at once.
	 * @param name the stage's name
	 * @param size the most events in a batch, from 1 to the maximum demand of each of the
	 * stage's subscriptions
	 * @param timeout how long the first event of a batch waits for others at most, from 1
	 * ns to 365 days
	 * @throws IllegalArgumentException if there is no such stage, if it was configured
	 * without batches, or if the size or the time is impossible
	 */
	public void batch(String name, int size, Duration timeout) {
		BatchOptions current = batch(name).orElse(BatchOptions.defaults());
		assembled().batch(name, current.withSize(size).withTimeout(timeout));
	}

	/**
	 * Sets the demand, the concurrency, the rate and the batches of a stage to what was
	 * configured. A break is not ended by it.
	 * @param name the stage's name
	 * @return completes when it is done
	 * @throws IllegalArgumentException if there is no such stage
	 * @throws IllegalStateException if its pipeline drains
	 */
	public CompletionStage<Void> reset(String name) {
		return assembled().reset(name);
	}

	/**
	 * Returns which end of which link a stage belongs to.
	 * @param stage the stage's name
	 * @return the end, if it is the stage of one
	 */
	public Optional<LinkEnd> link(String stage) {
		return linkSourceOf(stage).map(LinkSource::end);
	}

	/**
	 * Returns how many messages were delivered by a link and are not settled.
	 * @param stage the name of the stage that receives them
	 * @return the number at this moment, empty for any other stage
	 */
	public OptionalLong linkUnsettled(String stage) {
		return receiverOf(stage).map((receiver) -> OptionalLong.of(receiver.links().unsettled(receiver.end().link())))
			.orElseGet(OptionalLong::empty);
	}

	/**
	 * Returns how many messages of a link wait at its engine, as it was seen last. Nobody
	 * is asked for it.
	 * @param stage the name of the stage that receives them
	 * @return the number, empty for any other stage, and if the engine doesn't say it
	 */
	public OptionalLong linkBacklog(String stage) {
		return receiverOf(stage).map((receiver) -> receiver.links().backlog(receiver.end().link()))
			.orElseGet(OptionalLong::empty);
	}

	/**
	 * Returns how many messages of a link were rejected here.
	 * @param stage the name of the stage that receives them
	 * @return the number since the application has started, empty for any other stage
	 */
	public OptionalLong linkRejected(String stage) {
		return receiverOf(stage).map((receiver) -> OptionalLong.of(receiver.links().rejected(receiver.end().link())))
			.orElseGet(OptionalLong::empty);
	}

	/**
	 * Returns how many messages of a link were settled when its engine had taken them
	 * back, so that they are handled again elsewhere.
	 * @param stage the name of the stage that receives them
	 * @return the number since the application has started, empty for any other stage
	 */
	public OptionalLong linkStale(String stage) {
		return receiverOf(stage).map((receiver) -> OptionalLong.of(receiver.links().stale(receiver.end().link())))
			.orElseGet(OptionalLong::empty);
	}

	/**
	 * Returns how many messages of a link came again when they were handled before, and
	 * were left out, where its settings have that looked at.
	 * @param stage the name of the stage that receives them
	 * @return the number since the application has started, empty for any other stage
	 */
	public OptionalLong linkRepeated(String stage) {
		return receiverOf(stage).map((receiver) -> OptionalLong.of(receiver.links().repeated(receiver.end().link())))
			.orElseGet(OptionalLong::empty);
	}

	/**
	 * Returns how many rejected messages of a link its engine keeps, as it was seen last.
	 * Nobody is asked for it.
	 * @param stage the name of the stage that receives them
	 * @return the number, empty for any other stage, and if the engine doesn't say it
	 */
	public OptionalLong linkRejectedKept(String stage) {
		return receiverOf(stage).map((receiver) -> receiver.links().rejectedKept(receiver.end().link()))
			.orElseGet(OptionalLong::empty);
	}

	private Optional<LinkSource> receiverOf(String stage) {
		return linkSourceOf(stage).filter(LinkSource::isReceiver);
	}

	private Optional<LinkSource> linkSourceOf(String name) {
		return definition(name).map(StageDefinition::stages)
			.filter(LinkSource.class::isInstance)
			.map(LinkSource.class::cast);
	}

	/** Returns what makes a stage that was declared by an annotation. */
	private Optional<StageSource> sourceOf(String name) {
		return definition(name).map(StageDefinition::stages)
			.filter(StageSource.class::isInstance)
			.map(StageSource.class::cast);
	}

	/**
	 * Adds stages that were not declared by annotations. Those that subscribe to existing
	 * stages join their pipeline, others are pipelines of their own. If the pipelines
	 * have been started, the new stages start now: their {@code onStart} has run, on this
	 * thread, when this method returns. Otherwise they start with the application.
	 *
	 * <pre class="code">
	 * this.registry.register(StageDefinition.of("audit", audit).subscribeTo("orders"));
	 * </pre>
	 * @param stages the definitions, in any order
	 * @return completes when they are connected
	 * @throws io.genstage.pipeline.InvalidGraphException if the stages don't make sound
	 * pipelines together with the others; none is added then
	 * @throws IllegalArgumentException if they would join two pipelines; none is added
	 * then
	 * @throws io.genstage.StageStartException if one of them can't start; it may be
	 * {@linkplain #start started} later
	 * @throws IllegalStateException if they would join a pipeline that drains
	 */
	public CompletionStage<Void> register(StageDefinition... stages) {
		return assembled().register(stages);
	}

	/**
	 * Removes stages for good when they have finished what they have, with their edges
	 * and meters. Of several those are stopped first that feed others of them. Their
	 * names can be used again when the result has completed.
	 *
	 * <pre class="code">
	 * this.registry.deregister("audit").thenCompose((gone) -> this.registry.register(audit(another)));
	 * </pre>
	 * @param stages the names of the stages: with each all that subscribe to it
	 * @return completes when they are gone, which takes as long as their callbacks do
	 * @throws IllegalArgumentException if there is no such stage, if another stage
	 * subscribes to one of them, or if one of them is being registered or deregistered;
	 * none is removed then
	 * @throws io.genstage.pipeline.InvalidGraphException if the other stages would not be
	 * sound pipelines, such as a producer that loses its last consumer; none is removed
	 * then
	 * @throws IllegalStateException if a pipeline of them drains; none is removed then
	 */
	public CompletionStage<Void> deregister(String... stages) {
		return assembled().deregister(stages);
	}

	/**
	 * Creates a desk where somebody decides about events that the stages could not
	 * handle. It can list letters at once, and replay them once the stages are assembled.
	 * @param store has the letters
	 * @return the desk
	 */
	public DeadLetterDesk desk(DeadLetterStore store) {
		return new DeadLetterDesk(store, this::assembled, this.system, this::taken, InstantSource.system());
	}

	/**
	 * Returns what a stage takes, as far as its declaration says it.
	 * @param stage the stage's name
	 * @return the type of its events with its generics; nothing for a stage that was not
	 * declared by an annotation, that takes none or any, or that isn't there
	 */
	public Optional<ResolvableType> takes(String stage) {
		return sourceOf(stage).map(StageSource::takes)
			.or(() -> linkSourceOf(stage).map(LinkSource::takes))
			.filter((type) -> !type.equals(ResolvableType.NONE))
			.map(EventTypes::resolved);
	}

	/**
	 * Counts events as discarded that a stage was done with, but that are lost now, such
	 * as a dead letter for which its store has no room.
	 * @param stage the name of the stage; nothing is counted for one that is gone
	 * @param events how many
	 */
	public void countLost(String stage, long events) {
		assembled().countLost(stage, events);
	}

	/** Returns the type of the events that an annotated stage takes, if it is known. */
	private Optional<Class<?>> taken(String stage) {
		return sourceOf(stage).flatMap(StageSource::taken).or(() -> linkSourceOf(stage).flatMap(LinkSource::taken));
	}

	private Pipeline pipelineOf(String stage) {
		return assembled().pipelineOf(stage);
	}

	/**
	 * Returns which stages may feed which queues of other pipelines by threads that the
	 * engine doesn't know.
	 */
	Map<String, Set<String>> feeders(List<Pipeline> draining) {
		return QueueFeeders.of(this.beanFactory, draining, this.fedBy);
	}

	/** Returns pipelines that can be started. */
	List<Pipeline> toStart() {
		return assembled().toStart();
	}

	/** Returns the pipelines that are to be drained. */
	List<Pipeline> toDrain() {
		return assembled().toDrain();
	}

	/**
	 * What an annotated stage was configured with.
	 *
	 * @param stage the stage as the engine is given it
	 * @param settings its settings
	 */
	private record Configured(StageDefinition stage, SettingsInForce settings) {
	}

}
