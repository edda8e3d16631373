package io.genstage.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.CancelMode;
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

	private final StageDeclaration declaration;

	private final List<SettingSource> sources = new ArrayList<>();

	private final NamedDispatchers dispatchers;

	private final List<WiringProblem> problems;

	/**
	 * Creates the settings of a stage.
	 * @param declaration what its annotation says
	 * @param properties what the application's properties say
	 * @param dispatchers the dispatchers by name
	 * @param problems where to report what is out of range
	 */
	StageSettings(StageDeclaration declaration, GenStageProperties properties, NamedDispatchers dispatchers,
			List<WiringProblem> problems) {
		this.declaration = declaration;
		this.dispatchers = dispatchers;
		this.problems = problems;
		StagePropertyNames.keyFor(declaration.name(), properties.stages().keySet())
			.ifPresent((key) -> addProperties("genstage.stages." + key, properties.stages().get(key)));
		this.sources.add(SettingSource.annotation(declaration));
		addProperties("genstage.defaults", properties.defaults());
	}

	private void addProperties(String prefix, GenStageProperties.@Nullable Stage values) {
		if (values != null) {
			this.sources.add(SettingSource.properties(prefix, this.declaration, values));
		}
	}

	boolean autoStartup() {
		return find(GenStageProperties.Stage::autoStartup).map(Setting::value).orElse(true);
	}

	/**
	 * Returns the options of the stage; what is out of range is reported and left out.
	 */
	StageOptions stageOptions() {
		StageOptions options = StageOptions.defaults();
		if (!this.declaration.kind().produces()) {
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
