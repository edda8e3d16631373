package io.genstage.boot.setting;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.StageOptions;
import io.genstage.Watch;
import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.ContextFreeExecutor;
import io.genstage.boot.handler.TypedStage;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.Setting.Place;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.Suggestion;
import io.genstage.rate.RateAccount;
import io.genstage.task.Tasks;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Finds what is in force for one stage. For each setting the stage's property has
 * precedence over the annotation, and the annotation over the defaults.
 */
final class StageResolution {

	/** The demand of a stage with a task for each event if nobody says another. */
	private static final SettingValues DEMAND_OF_TASKS = new SettingValues.Builder().say(SettingTable.MAX_DEMAND, 10)
		.build();

	private final StageDeclaration declaration;

	private final List<OwnProperties> own;

	private final List<SettingSource> others;

	private final NamedBeans beans;

	private final Settings settings;

	private final EventFunctions functions;

	private final TaskSettings tasks;

	private final BatchSettings batch;

	private final RateSettings rate;

	private final DispatchSettings dispatching;

	private final FailureSettings failure;

	private final Optional<Executor> executor;

	/**
	 * Creates a resolution.
	 * @param declaration what an annotation declares
	 * @param own the properties of the stage
	 * @param others the places with less precedence
	 * @param beans the beans that can be named
	 * @param lettersPerKey how many dead letters a key may have before its events wait
	 */
	StageResolution(StageDeclaration declaration, List<OwnProperties> own, List<SettingSource> others, NamedBeans beans,
			int lettersPerKey) {
		this.declaration = declaration;
		this.own = own;
		this.others = others;
		this.beans = beans;
		this.settings = new Settings(declaration.kind(),
				Stream.concat(own.stream().map(OwnProperties::source), others.stream()).toList());
		this.functions = new EventFunctions(declaration, beans);
		this.tasks = new TaskSettings(this.settings);
		this.batch = new BatchSettings(this.settings, this.functions);
		this.rate = new RateSettings(this.settings);
		this.dispatching = new DispatchSettings(this.settings, this.functions, beans);
		this.failure = new FailureSettings(this.settings, beans, lettersPerKey);
		this.executor = this.settings.find(SettingTable.EXECUTOR).flatMap((said) -> beans.executor(said.value()));
	}

	StageSettings value(Map<String, StageResolution> stages) {
		int concurrency = this.settings.required(SettingTable.CONCURRENCY);
		List<EdgeDefinition> edges = edges(stages).map(EdgeSettings::definition).toList();
		StageOptions options = options();
		if (this.failure.areUsed() && this.tasks.ownRestarts().isEmpty()) {
			options = options.withFailure(this.failure.policy(retryKey(stages)));
		}
		return new StageSettings(this.settings.holding(),
				collects() ? options.withBatching(this.batch.batching(edges, concurrency)) : options, edges, restarts(),
				this.dispatching.partitions().orElse(null), this.failure.own().map(this::withoutFailure).orElse(null),
				inForce(stages));
	}

	private SettingsInForce inForce(Map<String, StageResolution> stages) {
		SettingsInForce.Builder inForce = new SettingsInForce.Builder();
		this.settings.addTo(inForce, this::hasEffect);
		edges(stages).forEach((edge) -> edge.addTo(inForce));
		return inForce.build();
	}

	/** Returns whether a setting says something about this stage beside the others. */
	private boolean hasEffect(Setting<?> setting) {
		if (!setting.places().contains(Place.STAGE) || setting.places().contains(Place.SUBSCRIPTION)) {
			return false;
		}
		return switch (setting.group()) {
			case "batch" -> collects();
			case "rate" -> this.rate.limit().isPresent();
			case "task-per-event" -> this.tasks.areUsed() || setting.equals(SettingTable.TASKS);
			case FailureSettings.GROUP ->
				setting.equals(SettingTable.FAILURE) || (this.failure.areUsed() && this.tasks.ownRestarts().isEmpty());
			case "in-flight-order" -> this.settings.isAnySaid(SettingTable.IN_FLIGHT);
			case "partitions", "partition-by" -> this.dispatching.isOneOf(NamedBeans.PARTITION);
			case "unserved" -> !this.dispatching.isOneOf(NamedBeans.DEMAND, NamedBeans.BROADCAST);
			default -> true;
		};
	}

	/** Returns the key of events that are sent elsewhere. */
	Optional<Function<Object, @Nullable Object>> linkKey(@Nullable String name) {
		return (name != null) ? Optional.of(this.functions.key(name)) : this.dispatching.eventKey();
	}

	Optional<String> linkKeyProblem(String name, ResolvableType emitted) {
		return this.functions.keyProblem(name, emitted);
	}

	/** Events of several producers have keys that have nothing to do with each other. */
	private Optional<Function<Object, @Nullable Object>> retryKey(Map<String, StageResolution> stages) {
		List<String> producers = this.declaration.producers().stream().distinct().toList();
		StageResolution only = (producers.size() == 1) ? stages.get(producers.get(0)) : null;
		return (only != null) ? only.dispatching.key() : Optional.empty();
	}

	/** Dead letters that come back to their stage would go round for ever. */
	private Optional<WiringProblem> circle(Map<String, StageResolution> stages) {
		return this.failure.target()
			.filter((said) -> reaches(said.value(), stages))
			.map((said) -> said
				.problem(("names '%s', from which events come to this stage, so that dead letters would go "
						+ "round for ever: name a queue of its own")
					.formatted(said.value())));
	}

	private boolean reaches(String from, Map<String, StageResolution> stages) {
		Set<String> seen = new LinkedHashSet<>();
		Deque<String> next = new ArrayDeque<>(List.of(from));
		while (!next.isEmpty()) {
			String stage = next.remove();
			if (seen.add(stage)) {
				stages.forEach((name, other) -> {
					if (other.declaration.producers().contains(stage)) {
						next.add(name);
					}
				});
				StageResolution known = stages.get(stage);
				Optional.ofNullable(known)
					.flatMap((resolution) -> resolution.failure.target())
					.ifPresent((said) -> next.add(said.value()));
			}
		}
		return seen.contains(this.declaration.name());
	}

	private WiringProblem withoutFailure(Said<?> said) {
		return said.problem("has no effect on a stage that reports itself what it has handled: remove it");
	}

	/** Returns a note about what is set and should be set otherwise from now on. */
	Optional<WiringProblem> deprecation() {
		return this.failure.areUsed()
				? this.tasks.ownRestarts()
					.map((said) -> said.problem("is deprecated: the tasks of stage '%s' have no failure policy by it; "
						.formatted(this.declaration.name())
							+ "say 'failure' instead, or remove it for the default of three retries and a dead letter"))
				: Optional.empty();
	}

	private boolean collects() {
		return this.batch.areUsed() && !this.tasks.areUsed();
	}

	private StageOptions options() {
		StageOptions options = this.executor.map(ContextFreeExecutor::new)
			.map(StageOptions.defaults()::withExecutor)
			.orElse(StageOptions.defaults());
		options = this.settings.value(SettingTable.BUFFER_SIZE).map(options::withBufferSize).orElse(options);
		options = this.settings.value(SettingTable.BUFFER_KEEP).map(options::withBufferKeep).orElse(options);
		options = this.settings.value(SettingTable.MAX_UNSETTLED).map(options::withMaxUnsettled).orElse(options);
		options = this.rate.limit().map(RateAccount::new).map(options::withRate).orElse(options);
		options = this.settings.isAnySaid(SettingTable.IN_FLIGHT) ? options.withInFlight(inFlight()) : options;
		options = (this.tasks.areUsed() && !this.batch.areUsed()) ? options.withTasks(Tasks.of(this.tasks.options()))
				: options;
		return this.dispatching.addTo(options.withWatch(watch()));
	}

	private Watch watch() {
		return new Watch(limit(SettingTable.HANDLE_WITHIN), limit(SettingTable.SETTLE_WITHIN));
	}

	/** Returns a limit, or null if there is to be none, or can be none. */
	private @Nullable Duration limit(Setting<Duration> setting) {
		Duration said = this.settings.required(setting);
		return (said.isZero() || !setting.kinds().contains(this.declaration.kind())) ? null : said;
	}

	private InFlight inFlight() {
		return new InFlight(this.settings.required(SettingTable.IN_FLIGHT),
				this.settings.required(SettingTable.IN_FLIGHT_ORDER));
	}

	private RestartPolicy restarts() {
		return new RestartPolicy(this.settings.required(SettingTable.RESTART_FIRST_DELAY),
				this.settings.required(SettingTable.RESTART_MULTIPLIER),
				this.settings.required(SettingTable.RESTART_MAX_DELAY),
				this.settings.required(SettingTable.RESTART_MAX_RESTARTS),
				this.settings.required(SettingTable.RESTART_PERIOD));
	}

	private Stream<EdgeSettings> edges(Map<String, StageResolution> stages) {
		return this.declaration.edges().stream().map((edge) -> edge(edge, stages.get(edge.producer())));
	}

	private EdgeSettings edge(EdgeDeclaration edge, @Nullable StageResolution producer) {
		List<SettingSource> sources = new ArrayList<>();
		this.own.forEach((own) -> sources.addAll(own.subscriptionTo(edge.producer(), this.declaration.producers())));
		this.own.forEach((own) -> sources.add(own.source()));
		sources.add(SettingSource.annotation(this.declaration, edge));
		sources.addAll(this.others);
		if (this.tasks.areUsed()) {
			sources.add(SettingSource.builtIn(DEMAND_OF_TASKS));
		}
		return new EdgeSettings(new EdgeDefinition(edge.producer(), null),
				new Settings(this.declaration.kind(), sources), this.functions, collects() ? this.batch : null,
				(producer != null) ? producer.dispatching : null, this.settings.required(SettingTable.CONCURRENCY));
	}

	/** Returns what is wrong, but for what depends on the types of events. */
	Stream<WiringProblem> problems(Map<String, StageResolution> stages) {
		if (this.declaration.isElsewhere()) {
			// What else is set for it concerns the application that has the stage.
			return Stream.concat(this.settings.rangeProblems(SettingTable.PARTITIONS::equals),
					this.dispatching.problems());
		}
		return Stream
			.of(this.own.stream().flatMap(this::ineffective), ofAnyStage(),
					this.tasks.areUsed() ? besideTasks() : Stream.<WiringProblem>empty(), orderWithoutFlight(),
					this.failure.problems(retryKey(stages).isPresent()), circle(stages).stream(), this.rate.problems(),
					this.tasks.problems(), edges(stages).flatMap(EdgeSettings::problems))
			.flatMap((problems) -> problems);
	}

	/** Returns problems with what can be set for all stages. */
	Stream<WiringProblem> ofAnyStage() {
		return Stream
			.of(this.settings.rangeProblems((setting) -> !setting.places().contains(Place.SUBSCRIPTION)),
					executorProblem().stream(), this.dispatching.problems(), this.failure.ofAnyStage())
			.flatMap((problems) -> problems);
	}

	private Stream<WiringProblem> besideTasks() {
		return Stream
			.of(this.tasks.ownRestarts()
				.flatMap((restart) -> this.failure.own())
				.map((said) -> said.problem("has no effect on tasks for each event that say 'task-per-event.restart', "
						+ "'max-restarts' or 'restart-period': remove these"))
				.stream(),
					this.batch.refuse(
							"has no effect on tasks for each event, which take one event each: remove one of the two"),
					this.settings
						.refuse("has no effect on tasks for each event, of which as many run as the maximum demand "
								+ "says: remove one of the two", SettingTable.IN_FLIGHT))
			.flatMap((problems) -> problems);
	}

	private Stream<WiringProblem> orderWithoutFlight() {
		return this.settings.isAnySaid(SettingTable.IN_FLIGHT) ? Stream.empty()
				: this.settings.refuse(
						"has no effect without 'in-flight': say how many events may be in flight, or remove it",
						SettingTable.IN_FLIGHT_ORDER);
	}

	private Optional<WiringProblem> executorProblem() {
		Optional<Said<String>> unknown = this.executor.isPresent() ? Optional.empty()
				: this.settings.find(SettingTable.EXECUTOR);
		return unknown.map((said) -> said.problem("names '%s', which is no executor: %s".formatted(said.value(),
				this.beans.executorInsteadOf(said.value()))));
	}

	/** What is set for all stages may suit only some; what is set for one must suit. */
	private Stream<WiringProblem> ineffective(OwnProperties own) {
		String description = "has no effect on a %s: remove it".formatted(this.declaration.kind());
		Stream<WiringProblem> ofOtherKinds = own.source()
			.values()
			.said()
			.stream()
			.filter((setting) -> !setting.kinds().contains(this.declaration.kind()))
			.map(Setting::group)
			.distinct()
			.map((group) -> own.source().problem(group, description));
		return Stream.concat(ofOtherKinds,
				own.subscriptions()
					.keySet()
					.stream()
					.filter(this::isUnknownProducer)
					.map((key) -> own.source()
						.problem("subscriptions." + key, "the stage doesn't subscribe to '%s': %s".formatted(key,
								Suggestion.instead(key, this.declaration.producers())))));
	}

	private boolean isUnknownProducer(String key) {
		return this.declaration.producers().stream().noneMatch((producer) -> StagePropertyNames.isForm(key, producer));
	}

	/**
	 * Returns problems with what is named for events.
	 * @param stages the resolutions by name
	 * @param types the stages with the types of their events, by name
	 */
	Stream<WiringProblem> problemsWith(Map<String, StageResolution> stages, Map<String, TypedStage> types) {
		TypedStage stage = Objects.requireNonNull(types.get(this.declaration.name()));
		if (this.declaration.isElsewhere()) {
			return this.dispatching.problemsWith(stage.emits());
		}
		return Stream
			.of(stage.polled() ? Stream.<WiringProblem>empty() : notPolled(),
					this.dispatching.problemsWith(stage.emits()), batchKeyProblems(stage.takes(), types),
					edges(stages).filter((edge) -> types.containsKey(edge.producerName()))
						.flatMap((edge) -> edge.selectorProblem(emitted(edge.producerName(), types)).stream()))
			.flatMap((problems) -> problems);
	}

	private Stream<WiringProblem> notPolled() {
		return this.settings.refuse("has no effect, as the producer is not polled: remove it",
				SettingTable.ALL.stream().filter(Setting::ofPolled).toArray(Setting<?>[]::new));
	}

	private Stream<WiringProblem> batchKeyProblems(ResolvableType takes, Map<String, TypedStage> types) {
		return collects()
				? this.declaration.producers()
					.stream()
					.flatMap((producer) -> this.batch.keyProblem(takes, emitted(producer, types)).stream())
				: Stream.empty();
	}

	private static ResolvableType emitted(String producer, Map<String, TypedStage> types) {
		TypedStage stage = types.get(producer);
		return (stage != null) ? stage.emits() : ResolvableType.NONE;
	}

}
