package io.genstage.boot.setting;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.batch.BatchOptions;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.GenStageProperties.Batch;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.LiveBatch;
import io.genstage.boot.setting.Settings.Setting;
import io.genstage.pipeline.EdgeDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings that say how a stage collects events. If any of them is said, it does.
 */
public final class BatchSettings {

	private static final BatchOptions DEFAULTS = BatchOptions.defaults();

	private final Settings<GenStageProperties.Stage> settings;

	private final EventFunctions functions;

	BatchSettings(Settings<GenStageProperties.Stage> settings, EventFunctions functions) {
		this.settings = settings;
		this.functions = functions;
	}

	boolean isUsed() {
		return Stream.of(find("size", Batch::size), timeout(), by()).anyMatch(Optional::isPresent);
	}

	/** Reports the first setting that says something. */
	void refuse(String description) {
		this.settings.reportFirst(description, List.of(find("size", Batch::size), timeout(), by()));
	}

	/**
	 * Returns the size if it is said and in its range; if it isn't in, it is reported.
	 */
	Optional<Setting<Integer>> size() {
		return find("size", Batch::size)
			.filter((setting) -> this.settings.isInRange(setting, 1, EdgeSettings.MAX_DEMAND_LIMIT, ""));
	}

	/** Returns a demand by which one batch can be collected while another is handled. */
	int ampleDemand() {
		return Math.min(2 * wantedSize(), EdgeSettings.MAX_DEMAND_LIMIT);
	}

	private int wantedSize() {
		return size().map(Setting::value).orElse(DEFAULTS.size());
	}

	/**
	 * Returns the batches; what is out of range is reported and left out.
	 * @param edges the subscriptions of the stage, which bound the size
	 * @param concurrency the number of instances
	 */
	public LiveBatch batch(List<EdgeDefinition> edges, int concurrency) {
		int largest = edges.stream()
			.mapToInt((edge) -> edge.optionsFor(concurrency).maxDemand())
			.min()
			.orElse(Integer.MAX_VALUE);
		int size = Math.min(wantedSize(), largest);
		Duration timeout = timeout().filter((setting) -> this.settings.isInRange(setting, Duration.ofMillis(1)))
			.map(Setting::value)
			.orElse(DEFAULTS.timeout());
		return new LiveBatch(DEFAULTS.withSize(size).withTimeout(timeout), key(), largest);
	}

	private Function<Object, @Nullable Object> key() {
		return by().map((by) -> this.functions.key(by.value())).orElse((event) -> null);
	}

	/**
	 * Reports a key that can't be found, or not of the events. A handler of messages is
	 * given each event in one, but the key is that of the event as it comes.
	 * @param takes the type of the events that the stage takes
	 * @param emitted the type of the events that a producer of it emits
	 */
	public void checkKey(ResolvableType takes, ResolvableType emitted) {
		ResolvableType inside = EventTypes.isMessage(takes) ? takes.getGeneric() : takes;
		ResolvableType events = (EventTypes.isMessage(emitted) || !EventTypes.isKnown(inside)) ? emitted : inside;
		by().ifPresent((by) -> this.functions.keyProblem(by.value(), events)
			.ifPresent((problem) -> this.settings.report(by, problem)));
	}

	private Optional<Setting<Duration>> timeout() {
		return find("timeout", Batch::timeout);
	}

	private Optional<Setting<String>> by() {
		return find("by", Batch::by);
	}

	private <T> Optional<Setting<T>> find(String name, Function<Batch, @Nullable T> value) {
		return this.settings.find("batch." + name,
				(stage) -> (stage.batch() != null) ? value.apply(stage.batch()) : null);
	}

}
