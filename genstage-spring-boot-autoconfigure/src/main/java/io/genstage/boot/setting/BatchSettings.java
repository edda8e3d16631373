package io.genstage.boot.setting;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.batch.BatchOptions;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.LiveBatch;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.pipeline.EdgeDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings that say how a stage collects events. If any of them is said, it does.
 */
public final class BatchSettings {

	private static final BatchOptions DEFAULTS = BatchOptions.defaults();

	private final Settings settings;

	private final EventFunctions functions;

	BatchSettings(Settings settings, EventFunctions functions) {
		this.settings = settings;
		this.functions = functions;
	}

	boolean isUsed() {
		return this.settings.isAnySaid(SettingTable.BATCH_SIZE, SettingTable.BATCH_TIMEOUT, SettingTable.BATCH_BY);
	}

	/** Reports the first setting that says something. */
	void refuse(String description) {
		this.settings.refuseFirst(description, SettingTable.BATCH_SIZE, SettingTable.BATCH_TIMEOUT,
				SettingTable.BATCH_BY);
	}

	/**
	 * Returns the size if it is said and in its range; if it isn't in, it is reported.
	 */
	Optional<Said<Integer>> size() {
		return this.settings.inRange(SettingTable.BATCH_SIZE);
	}

	/** Returns a demand by which one batch can be collected while another is handled. */
	int ampleDemand() {
		return Math.min(2 * wantedSize(), Objects.requireNonNull(SettingTable.MAX_DEMAND.highest()));
	}

	private int wantedSize() {
		return size().map(Said::value).orElse(DEFAULTS.size());
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
		Duration timeout = this.settings.value(SettingTable.BATCH_TIMEOUT).orElse(DEFAULTS.timeout());
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

	private Optional<Said<String>> by() {
		return this.settings.find(SettingTable.BATCH_BY);
	}

}
