package io.genstage.boot.setting;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.ContextFreeExecutor;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Unserved;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.Suggestion;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;

import org.springframework.core.ResolvableType;

/**
 * The settings of one stage. For each of them the stage's property has precedence over
 * the annotation, and the annotation over the defaults.
 */
public final class StageSettings {

	/** The demand of a stage with a task for each event if nobody says another. */
	private static final SettingValues DEMAND_OF_TASKS = new SettingValues.Builder().say(SettingTable.MAX_DEMAND, 10)
		.build();

	private final StageDeclaration declaration;

	private final List<OwnProperties> own;

	private final List<SettingSource> others;

	private final Settings settings;

	private final NamedBeans beans;

	private final EventFunctions functions;

	private StageSettings(StageDeclaration declaration, List<OwnProperties> own, List<SettingSource> others,
			NamedBeans beans, Collection<WiringProblem> problems) {
		this.declaration = declaration;
		this.own = own;
		this.others = others;
		this.settings = new Settings(Stream.concat(own.stream().map(OwnProperties::source), others.stream()).toList(),
				problems);
		this.beans = beans;
		this.functions = new EventFunctions(declaration, beans);
	}

	/**
	 * Returns the settings of a stage.
	 * @param declaration what its annotation says
	 * @param stages the names of all stages
	 * @param properties what the application's properties say
	 * @param beans the beans that can be named
	 * @param problems where to report what is out of range or has no effect
	 * @return the settings
	 */
	public static StageSettings of(StageDeclaration declaration, Collection<String> stages,
			GenStageProperties properties, NamedBeans beans, Collection<WiringProblem> problems) {
		Map<String, GenStageProperties.Stage> values = properties.stages();
		List<OwnProperties> own = StagePropertyNames.keysFor(declaration.name(), stages, values.keySet())
			.stream()
			.map((key) -> OwnProperties.of(key, Objects.requireNonNull(values.get(key))))
			.toList();
		StageSettings settings = new StageSettings(declaration, own,
				List.of(SettingSource.annotation(declaration), defaults(properties)), beans, problems);
		own.forEach(settings::refuseIneffective);
		return settings;
	}

	/** Reports what is wrong with the defaults, whether a stage uses them or not. */
	public static void checkDefaults(GenStageProperties properties, NamedBeans beans,
			Collection<WiringProblem> problems) {
		SettingSource defaults = defaults(properties);
		StageDeclaration anyStage = new StageDeclaration("", StageKind.PRODUCER_CONSUMER, "", ResolvableType.NONE,
				Object.class, null, List.of(), defaults.values());
		StageSettings settings = new StageSettings(anyStage, List.of(), List.of(defaults), beans, problems);
		settings.stageOptions(ResolvableType.NONE);
		settings.restarts();
		new EdgeSettings(new EdgeDeclaration("", SettingValues.NONE), new Settings(List.of(defaults), problems),
				new EventFunctions(anyStage, beans), null)
			.demand(SubscribeOptions.defaults());
	}

	private static SettingSource defaults(GenStageProperties properties) {
		return SettingSource.properties("genstage.defaults", properties.defaults().values());
	}

	/** What is said for all stages may suit only some; what is said for one must suit. */
	private void refuseIneffective(OwnProperties own) {
		StageKind kind = this.declaration.kind();
		own.source()
			.values()
			.said()
			.stream()
			.filter((setting) -> !setting.kinds().contains(kind))
			.map(Setting::group)
			.distinct()
			.forEach((group) -> this.settings.problems()
				.add(own.source().problem(group, "has no effect on a %s: remove it".formatted(kind))));
		own.subscriptions().keySet().forEach((key) -> refuseUnknownSubscription(own.source(), key));
	}

	private void refuseUnknownSubscription(SettingSource own, String key) {
		boolean used = this.declaration.producers()
			.stream()
			.anyMatch((producer) -> StagePropertyNames.isForm(key, producer));
		if (!used) {
			this.settings.problems()
				.add(own.problem("subscriptions." + key, "the stage doesn't subscribe to '%s': %s".formatted(key,
						Suggestion.instead(key, this.declaration.producers()))));
		}
	}

	/** Returns the number of instances; if it is out of range it is reported, and 1. */
	public int concurrency() {
		return this.settings.value(SettingTable.CONCURRENCY).orElse(1);
	}

	/** Returns what is done after failures; what is out of range is reported. */
	public RestartPolicy restarts() {
		return new RestartSettings(this.settings).policy();
	}

	/**
	 * Returns the limit to the rate if there is one; what is out of range is reported.
	 */
	public Optional<RateLimit> rate() {
		RateSettings rate = new RateSettings(this.settings);
		if (wantedTasks().isPresent()) {
			rate.refuse("has no effect on tasks for each event, which ask for more as they end: "
					+ "put a producer-consumer with a rate before them, or remove it");
			return Optional.empty();
		}
		return rate.limit();
	}

	/**
	 * Returns the options of the tasks if each event has one; what is out of range is
	 * reported. There are none beside a batch, which is reported for itself.
	 */
	public Optional<TaskOptions> tasks() {
		return wantedTasks().filter((tasks) -> !new BatchSettings(this.settings, this.functions).isUsed());
	}

	private Optional<TaskOptions> wantedTasks() {
		return this.declaration.kind().produces() ? Optional.empty() : new TaskSettings(this.settings).options();
	}

	/** Returns how the stage collects events, if it does. */
	public Optional<BatchSettings> batch() {
		BatchSettings batch = new BatchSettings(this.settings, this.functions);
		if (wantedTasks().isPresent()) {
			batch.refuse("has no effect on tasks for each event, which take one event each: remove one of the two");
			return Optional.empty();
		}
		return Optional.of(batch).filter((used) -> this.declaration.kind().consumes() && used.isUsed());
	}

	public boolean autoStartup() {
		return this.settings.value(SettingTable.AUTO_STARTUP).orElse(true);
	}

	/**
	 * Returns the options of the stage; what is out of range is reported and left out.
	 * @param emits the type of the events that it emits
	 */
	public StageOptions stageOptions(ResolvableType emits) {
		StageOptions options = executor().map(StageOptions.defaults()::withExecutor).orElse(StageOptions.defaults());
		if (!this.declaration.kind().produces()) {
			return options;
		}
		Optional<Integer> bufferSize = this.settings.value(SettingTable.BUFFER_SIZE);
		if (bufferSize.isPresent()) {
			options = options.withBufferSize(bufferSize.get());
		}
		Optional<DispatcherFactory<?>> dispatcher = dispatcher(emits);
		if (dispatcher.isPresent()) {
			options = options.withDispatcher(dispatcherName(), dispatcher.get());
		}
		options = this.settings.value(SettingTable.BUFFER_KEEP).map(options::withBufferKeep).orElse(options);
		return unserved().map(Said::value).map(options::withUnserved).orElse(options);
	}

	/** It says nothing to the dispatchers of the engine that have no partitions. */
	private Optional<Said<Unserved>> unserved() {
		Optional<Said<Unserved>> unserved = this.settings.find(SettingTable.UNSERVED);
		unserved.filter((setting) -> usesOwn(NamedBeans.DEMAND, NamedBeans.BROADCAST))
			.ifPresent((setting) -> this.settings.report(setting,
					"has no effect with the dispatcher '%s': remove it, or let the dispatcher be '%s'"
						.formatted(dispatcherName(), NamedBeans.PARTITION)));
		return unserved;
	}

	private Optional<Executor> executor() {
		Optional<Said<String>> name = this.settings.find(SettingTable.EXECUTOR);
		Optional<Executor> executor = name.map(Said::value).flatMap(this.beans::executor);
		if (executor.isEmpty()) {
			name.ifPresent((setting) -> this.settings.report(setting, "names '%s', which is no executor: %s"
				.formatted(setting.value(), this.beans.executorInsteadOf(setting.value()))));
		}
		return executor.map(ContextFreeExecutor::new);
	}

	private Optional<DispatcherFactory<?>> dispatcher(ResolvableType emits) {
		PartitionSettings partitioning = new PartitionSettings(this.settings, this.functions);
		if (!dispatcherName().equals(NamedBeans.PARTITION)) {
			partitioning.refuse(dispatcherName());
		}
		return dispatcherSetting().flatMap((setting) -> setting.value().equals(NamedBeans.PARTITION)
				? partitioning.dispatcher(setting, emits) : dispatcher(setting));
	}

	private Optional<DispatcherFactory<?>> dispatcher(Said<String> setting) {
		Optional<DispatcherFactory<?>> dispatcher = this.beans.dispatcher(setting.value());
		if (dispatcher.isEmpty()) {
			this.settings.report(setting, "names '%s', which is no dispatcher: %s".formatted(setting.value(),
					this.beans.dispatcherInsteadOf(setting.value())));
		}
		return dispatcher;
	}

	private Optional<Said<String>> dispatcherSetting() {
		return this.settings.find(SettingTable.DISPATCHER);
	}

	String dispatcherName() {
		return dispatcherSetting().map(Said::value).orElse(NamedBeans.DEMAND);
	}

	/** Returns whether the dispatcher is one of the engine's own, by its name. */
	boolean usesOwn(String... names) {
		return List.of(names).contains(dispatcherName());
	}

	/** Returns the number of partitions, if the stage partitions its events. */
	public Optional<Integer> partitions() {
		return dispatcherName().equals(NamedBeans.PARTITION)
				? new PartitionSettings(this.settings, this.functions).validCount() : Optional.empty();
	}

	/** Returns the settings of one subscription of the stage. */
	public EdgeSettings edge(EdgeDeclaration edge) {
		List<SettingSource> sources = new ArrayList<>();
		this.own.forEach((own) -> sources.addAll(own.subscriptionTo(edge.producer(), this.declaration.producers())));
		this.own.forEach((own) -> sources.add(own.source()));
		sources.add(SettingSource.annotation(this.declaration, edge));
		sources.addAll(this.others);
		if (tasks().isPresent()) {
			sources.add(SettingSource.properties("", DEMAND_OF_TASKS));
		}
		return new EdgeSettings(edge, new Settings(sources, this.settings.problems()), this.functions,
				batch().orElse(null));
	}

	/**
	 * The properties of one stage under one of the forms of its name.
	 *
	 * @param source what they say of the stage
	 * @param subscriptions what they say of single subscriptions, by the producer
	 */
	private record OwnProperties(SettingSource source, Map<String, GenStageProperties.Subscription> subscriptions) {

		static OwnProperties of(String key, GenStageProperties.Stage stage) {
			return new OwnProperties(SettingSource.properties("genstage.stages." + key, stage.values()),
					stage.subscriptions());
		}

		List<SettingSource> subscriptionTo(String producer, List<String> producers) {
			return StagePropertyNames.keysFor(producer, producers, this.subscriptions.keySet())
				.stream()
				.map((key) -> this.source.below("subscriptions." + key,
						Objects.requireNonNull(this.subscriptions.get(key)).values()))
				.toList();
		}

	}

}
