package io.genstage.boot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.CancelMode;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.DispatcherFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one stage. For each of them the stage's property has precedence over
 * the annotation, and the annotation over the defaults.
 */
final class StageSettings {

	private static final int MAX_DEMAND_LIMIT = 1_000_000;

	private final StageKind kind;

	private final List<SettingSource> sources;

	private final NamedDispatchers dispatchers;

	private final Collection<WiringProblem> problems;

	private StageSettings(StageKind kind, List<SettingSource> sources, NamedDispatchers dispatchers,
			Collection<WiringProblem> problems) {
		this.kind = kind;
		this.sources = sources;
		this.dispatchers = dispatchers;
		this.problems = problems;
	}

	/**
	 * Returns the settings of a stage.
	 * @param declaration what its annotation says
	 * @param properties what the application's properties say
	 * @param dispatchers the dispatchers by name
	 * @param problems where to report what is out of range or has no effect
	 * @return the settings
	 */
	static StageSettings of(StageDeclaration declaration, GenStageProperties properties, NamedDispatchers dispatchers,
			Collection<WiringProblem> problems) {
		List<SettingSource> sources = new ArrayList<>();
		ownProperties(declaration, properties).ifPresent(sources::add);
		sources.forEach((own) -> refuseIneffective(declaration.kind(), own, problems));
		sources.add(SettingSource.annotation(declaration));
		sources.add(defaults(properties));
		return new StageSettings(declaration.kind(), sources, dispatchers, problems);
	}

	private static Optional<SettingSource> ownProperties(StageDeclaration declaration, GenStageProperties properties) {
		Map<String, GenStageProperties.Stage> stages = properties.stages();
		return StagePropertyNames.keyFor(declaration.name(), stages.keySet())
			.flatMap((key) -> Optional.ofNullable(stages.get(key))
				.map((values) -> SettingSource.properties("genstage.stages." + key, values)));
	}

	/** Reports what is wrong with the defaults, whether a stage uses them or not. */
	static void checkDefaults(GenStageProperties properties, NamedDispatchers dispatchers,
			Collection<WiringProblem> problems) {
		StageSettings settings = new StageSettings(StageKind.PRODUCER_CONSUMER, List.of(defaults(properties)),
				dispatchers, problems);
		settings.stageOptions();
		settings.subscribeOptions();
	}

	private static SettingSource defaults(GenStageProperties properties) {
		return SettingSource.properties("genstage.defaults", properties.defaults());
	}

	/** What is said for all stages may suit only some; what is said for one must suit. */
	private static void refuseIneffective(StageKind kind, SettingSource own, Collection<WiringProblem> problems) {
		GenStageProperties.Stage values = own.values();
		Map<String, Boolean> ineffective = new LinkedHashMap<>();
		ineffective.put("max-demand", values.maxDemand() != null && !kind.consumes());
		ineffective.put("min-demand", values.minDemand() != null && !kind.consumes());
		ineffective.put("buffer-size", values.bufferSize() != null && !kind.produces());
		ineffective.put("buffer-keep", values.bufferKeep() != null && !kind.produces());
		ineffective.put("dispatcher", values.dispatcher() != null && !kind.produces());
		ineffective.forEach((setting, isIneffective) -> {
			if (isIneffective) {
				problems.add(own.problem(setting, "has no effect on a %s: remove it".formatted(kind)));
			}
		});
	}

	boolean autoStartup() {
		return find(GenStageProperties.Stage::autoStartup).map(Setting::value).orElse(true);
	}

	/**
	 * Returns the options of the stage; what is out of range is reported and left out.
	 */
	StageOptions stageOptions() {
		StageOptions options = StageOptions.defaults();
		if (!this.kind.produces()) {
			return options;
		}
		Optional<Setting<Integer>> bufferSize = find(GenStageProperties.Stage::bufferSize);
		if (bufferSize.isPresent() && isInRange(bufferSize.get(), "buffer-size", 0, Integer.MAX_VALUE)) {
			options = options.withBufferSize(bufferSize.get().value());
		}
		Optional<DispatcherFactory<?>> dispatcher = find(GenStageProperties.Stage::dispatcher)
			.flatMap(this::dispatcher);
		if (dispatcher.isPresent()) {
			options = options.withDispatcher(dispatcher.get());
		}
		return find(GenStageProperties.Stage::bufferKeep).map(Setting::value)
			.map(options::withBufferKeep)
			.orElse(options);
	}

	private Optional<DispatcherFactory<?>> dispatcher(Setting<String> setting) {
		Optional<DispatcherFactory<?>> dispatcher = this.dispatchers.find(setting.value());
		if (dispatcher.isEmpty()) {
			this.problems.add(setting.source()
				.problem("dispatcher", "names '%s', which is no dispatcher: %s".formatted(setting.value(),
						this.dispatchers.suggestionFor(setting.value()))));
		}
		return dispatcher;
	}

	/** Returns the demand of the stage; what is out of range is reported and left out. */
	SubscribeOptions subscribeOptions() {
		SubscribeOptions options = SubscribeOptions.defaults().withCancel(CancelMode.TEMPORARY);
		if (!this.kind.consumes()) {
			return options;
		}
		Optional<Setting<Integer>> max = find(GenStageProperties.Stage::maxDemand);
		Optional<Setting<Integer>> min = find(GenStageProperties.Stage::minDemand);
		if (max.isPresent()) {
			if (!isInRange(max.get(), "max-demand", 1, MAX_DEMAND_LIMIT)) {
				return options;
			}
			options = options.withMaxDemand(max.get().value());
		}
		// A minimum from a place with less precedence was not meant for this maximum.
		boolean meant = min.isPresent() && (max.isEmpty() || rank(min.get()) <= rank(max.get()));
		if (min.isPresent() && (meant || min.get().value() < options.maxDemand())
				&& isInRange(min.get(), "min-demand", 0, options.maxDemand() - 1)) {
			options = options.withMinDemand(min.get().value());
		}
		return options;
	}

	private int rank(Setting<?> setting) {
		return this.sources.indexOf(setting.source());
	}

	private boolean isInRange(Setting<Integer> setting, String name, int lowest, int highest) {
		int value = setting.value();
		if (value >= lowest && value <= highest) {
			return true;
		}
		String why = name.equals("min-demand") ? " (less than the maximum demand)" : "";
		this.problems.add(setting.source()
			.problem(name, "must be from %d to %d%s, but is %d".formatted(lowest, highest, why, value)));
		return false;
	}

	private <T> Optional<Setting<T>> find(Function<GenStageProperties.Stage, @Nullable T> setting) {
		for (SettingSource source : this.sources) {
			T value = setting.apply(source.values());
			if (value != null) {
				return Optional.of(new Setting<>(value, source));
			}
		}
		return Optional.empty();
	}

	/**
	 * A value and where it was said.
	 */
	private record Setting<T>(T value, SettingSource source) {
	}

}
