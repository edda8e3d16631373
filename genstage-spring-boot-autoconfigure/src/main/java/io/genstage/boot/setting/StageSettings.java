package io.genstage.boot.setting;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
import io.genstage.boot.declaration.EdgeValues;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.ContextFreeExecutor;
import io.genstage.boot.setting.Settings.Setting;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Unserved;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.Suggestion;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;

import org.springframework.core.ResolvableType;

/**
 * The settings of one stage. For each of them the stage's property has precedence over
 * the annotation, and the annotation over the defaults.
 */
public final class StageSettings {

	private final StageDeclaration declaration;

	private final List<SettingSource<GenStageProperties.Stage>> own;

	private final List<SettingSource<GenStageProperties.Stage>> others;

	private final Settings<GenStageProperties.Stage> settings;

	private final NamedBeans beans;

	private final EventFunctions functions;

	private StageSettings(StageDeclaration declaration, List<SettingSource<GenStageProperties.Stage>> own,
			List<SettingSource<GenStageProperties.Stage>> others, NamedBeans beans,
			Collection<WiringProblem> problems) {
		this.declaration = declaration;
		this.own = own;
		this.others = others;
		this.settings = new Settings<>(Stream.concat(own.stream(), others.stream()).toList(), problems);
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
		List<SettingSource<GenStageProperties.Stage>> own = StagePropertyNames
			.keysFor(declaration.name(), stages, values.keySet())
			.stream()
			.map((key) -> SettingSource.properties("genstage.stages." + key, Objects.requireNonNull(values.get(key))))
			.toList();
		StageSettings settings = new StageSettings(declaration, own,
				List.of(SettingSource.annotation(declaration), defaults(properties)), beans, problems);
		own.forEach(settings::refuseIneffective);
		return settings;
	}

	/** Reports what is wrong with the defaults, whether a stage uses them or not. */
	public static void checkDefaults(GenStageProperties properties, NamedBeans beans,
			Collection<WiringProblem> problems) {
		SettingSource<GenStageProperties.Stage> defaults = defaults(properties);
		StageDeclaration anyStage = new StageDeclaration("", StageKind.PRODUCER_CONSUMER, "", ResolvableType.NONE,
				Object.class, null, List.of(), defaults.values());
		StageSettings settings = new StageSettings(anyStage, List.of(), List.of(defaults), beans, problems);
		settings.stageOptions(ResolvableType.NONE);
		settings.restarts();
		new EdgeSettings(new EdgeDeclaration("", EdgeValues.NOTHING),
				new Settings<>(List.of(defaults.part(EdgeValues::of)), problems), new EventFunctions(anyStage, beans),
				null)
			.demand(SubscribeOptions.defaults());
	}

	private static SettingSource<GenStageProperties.Stage> defaults(GenStageProperties properties) {
		return SettingSource.properties("genstage.defaults", properties.defaults().ofStage());
	}

	/** What is said for all stages may suit only some; what is said for one must suit. */
	private void refuseIneffective(SettingSource<GenStageProperties.Stage> own) {
		GenStageProperties.Stage values = own.values();
		StageKind kind = this.declaration.kind();
		Map<String, Boolean> ineffective = new LinkedHashMap<>();
		ineffective.put("max-demand", values.maxDemand() != null && !kind.consumes());
		ineffective.put("min-demand", values.minDemand() != null && !kind.consumes());
		ineffective.put("batch", values.batch() != null && !kind.consumes());
		ineffective.put("buffer-size", values.bufferSize() != null && !kind.produces());
		ineffective.put("buffer-keep", values.bufferKeep() != null && !kind.produces());
		ineffective.put("dispatcher", values.dispatcher() != null && !kind.produces());
		ineffective.put("partitions", values.partitions() != null && !kind.produces());
		ineffective.put("partition-by", values.partitionBy() != null && !kind.produces());
		ineffective.put("unserved", values.unserved() != null && !kind.produces());
		ineffective.put("task-per-event", values.taskPerEvent() != null && kind.produces());
		ineffective.forEach((setting, isIneffective) -> {
			if (isIneffective) {
				this.settings.problems().add(own.problem(setting, "has no effect on a %s: remove it".formatted(kind)));
			}
		});
		values.subscriptions().keySet().forEach((key) -> refuseUnknownSubscription(own, key));
	}

	private void refuseUnknownSubscription(SettingSource<?> own, String key) {
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
		return this.settings.find("concurrency", GenStageProperties.Stage::concurrency)
			.filter((setting) -> this.settings.isInRange(setting, 1, StageDefinition.MAX_CONCURRENCY, ""))
			.map(Setting::value)
			.orElse(1);
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
		return this.settings.find("auto-startup", GenStageProperties.Stage::autoStartup)
			.map(Setting::value)
			.orElse(true);
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
		Optional<Setting<Integer>> bufferSize = this.settings.find("buffer-size", GenStageProperties.Stage::bufferSize);
		if (bufferSize.isPresent() && this.settings.isInRange(bufferSize.get(), 0, Integer.MAX_VALUE, "")) {
			options = options.withBufferSize(bufferSize.get().value());
		}
		Optional<DispatcherFactory<?>> dispatcher = dispatcher(emits);
		if (dispatcher.isPresent()) {
			options = options.withDispatcher(dispatcherName(), dispatcher.get());
		}
		options = this.settings.find("buffer-keep", GenStageProperties.Stage::bufferKeep)
			.map(Setting::value)
			.map(options::withBufferKeep)
			.orElse(options);
		return unserved().map(Setting::value).map(options::withUnserved).orElse(options);
	}

	/** It says nothing to the dispatchers of the engine that have no partitions. */
	private Optional<Setting<Unserved>> unserved() {
		Optional<Setting<Unserved>> unserved = this.settings.find("unserved", GenStageProperties.Stage::unserved);
		unserved.filter((setting) -> usesOwn(NamedBeans.DEMAND, NamedBeans.BROADCAST))
			.ifPresent((setting) -> this.settings.report(setting,
					"has no effect with the dispatcher '%s': remove it, or let the dispatcher be '%s'"
						.formatted(dispatcherName(), NamedBeans.PARTITION)));
		return unserved;
	}

	private Optional<Executor> executor() {
		Optional<Setting<String>> name = this.settings.find("executor", GenStageProperties.Stage::executor);
		Optional<Executor> executor = name.map(Setting::value).flatMap(this.beans::executor);
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

	private Optional<DispatcherFactory<?>> dispatcher(Setting<String> setting) {
		Optional<DispatcherFactory<?>> dispatcher = this.beans.dispatcher(setting.value());
		if (dispatcher.isEmpty()) {
			this.settings.report(setting, "names '%s', which is no dispatcher: %s".formatted(setting.value(),
					this.beans.dispatcherInsteadOf(setting.value())));
		}
		return dispatcher;
	}

	private Optional<Setting<String>> dispatcherSetting() {
		return this.settings.find("dispatcher", GenStageProperties.Stage::dispatcher);
	}

	String dispatcherName() {
		return dispatcherSetting().map(Setting::value).orElse(NamedBeans.DEMAND);
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
		List<SettingSource<EdgeValues>> sources = new ArrayList<>();
		this.own.forEach((own) -> sources.addAll(subscriptions(own, edge.producer())));
		this.own.forEach((own) -> sources.add(own.part(EdgeValues::of)));
		sources.add(SettingSource.annotation(this.declaration, edge));
		this.others.forEach((source) -> sources.add(source.part(EdgeValues::of)));
		if (tasks().isPresent()) {
			sources.add(SettingSource.properties("", EdgeValues.OF_TASKS));
		}
		return new EdgeSettings(edge, new Settings<>(sources, this.settings.problems()), this.functions,
				batch().orElse(null));
	}

	private List<SettingSource<EdgeValues>> subscriptions(SettingSource<GenStageProperties.Stage> own,
			String producer) {
		Map<String, GenStageProperties.Subscription> subscriptions = own.values().subscriptions();
		return StagePropertyNames.keysFor(producer, this.declaration.producers(), subscriptions.keySet())
			.stream()
			.map((key) -> own.below("subscriptions." + key,
					EdgeValues.of(Objects.requireNonNull(subscriptions.get(key)))))
			.toList();
	}

}
