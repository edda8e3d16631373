package io.genstage.boot.setting;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.pipeline.EdgeDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings that say how a stage collects events. If any of them is set, it does.
 */
final class BatchSettings {

	/** An event without a key has one as well, as it has a partition. */
	private static final Object NO_KEY = new Object();

	private final Settings settings;

	private final EventFunctions functions;

	BatchSettings(Settings settings, EventFunctions functions) {
		this.settings = settings;
		this.functions = functions;
	}

	boolean areUsed() {
		return this.settings.isAnySaid(SettingTable.BATCH_SIZE, SettingTable.BATCH_TIMEOUT, SettingTable.BATCH_BY);
	}

	/** Returns a problem with the first setting that says something. */
	Stream<WiringProblem> refuse(String description) {
		return this.settings
			.refuse(description, SettingTable.BATCH_SIZE, SettingTable.BATCH_TIMEOUT, SettingTable.BATCH_BY)
			.limit(1);
	}

	/** Returns the size if it is set and in its range. */
	Optional<Said<Integer>> size() {
		return this.settings.find(SettingTable.BATCH_SIZE)
			.filter((said) -> this.settings.rangeProblem(SettingTable.BATCH_SIZE).isEmpty());
	}

	/** Returns a demand by which one batch can be collected while another is handled. */
	int ampleDemand() {
		return Math.min(2 * this.settings.required(SettingTable.BATCH_SIZE),
				Objects.requireNonNull(SettingTable.MAX_DEMAND.range().highest()));
	}

	/**
	 * Returns how to collect events.
	 * @param edges the subscriptions of the stage, which bound the size
	 * @param concurrency the number of instances
	 */
	Batching<?> batching(List<EdgeDefinition> edges, int concurrency) {
		int largest = edges.stream()
			.mapToInt((edge) -> edge.optionsFor(concurrency).maxDemand())
			.min()
			.orElse(Integer.MAX_VALUE);
		return batching(BatchOptions.defaults()
			.withSize(Math.min(this.settings.required(SettingTable.BATCH_SIZE), largest))
			.withTimeout(this.settings.required(SettingTable.BATCH_TIMEOUT)));
	}

	private Batching<?> batching(BatchOptions options) {
		Optional<Function<Object, @Nullable Object>> key = by().map((by) -> this.functions.key(by.value()));
		return key.<Batching<?>>map(
				(found) -> Batching.byKey((event) -> Objects.requireNonNullElse(found.apply(event), NO_KEY), options))
			.orElseGet(() -> Batching.of(options));
	}

	/**
	 * Returns a problem with a key that can't be found, or not of the events. A handler
	 * of messages is given each event in one, but the key is that of the event as it
	 * comes.
	 * @param takes the type of the events that the stage takes
	 * @param emitted the type of the events that a producer of it emits
	 */
	Optional<WiringProblem> keyProblem(ResolvableType takes, ResolvableType emitted) {
		ResolvableType inside = EventTypes.isMessage(takes) ? takes.getGeneric() : takes;
		ResolvableType events = (EventTypes.isMessage(emitted) || !EventTypes.isKnown(inside)) ? emitted : inside;
		return by().flatMap((by) -> this.functions.keyProblem(by.value(), events).map(by::problem));
	}

	private Optional<Said<String>> by() {
		return this.settings.find(SettingTable.BATCH_BY);
	}

}
