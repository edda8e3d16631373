package io.genstage.boot.setting;

import java.util.Optional;
import java.util.function.Function;

import io.genstage.boot.handler.KeyTypes;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings of the dispatcher that partitions.
 */
final class PartitionSettings {

	private final Settings settings;

	private final EventFunctions functions;

	PartitionSettings(Settings settings, EventFunctions functions) {
		this.settings = settings;
		this.functions = functions;
	}

	/** Returns the number of partitions if it is said, in its range or not. */
	Optional<Said<Integer>> count() {
		return this.settings.find(SettingTable.PARTITIONS);
	}

	/** Returns the number of partitions if it is in its range. */
	Optional<Integer> validCount() {
		return count().map(Said::value).filter((count) -> SettingTable.PARTITIONS.problemOf(count).isEmpty());
	}

	private Optional<Said<String>> partitionBy() {
		return this.settings.find(SettingTable.PARTITION_BY);
	}

	/**
	 * Makes the dispatcher; what is wrong is reported.
	 * @param dispatcher the setting that asks for it
	 * @param emits the type of the events
	 */
	Optional<DispatcherFactory<?>> dispatcher(Said<String> dispatcher, ResolvableType emits) {
		Optional<Said<Integer>> count = count();
		Optional<Function<Object, @Nullable Object>> key = key(emits, dispatcher);
		if (count.isEmpty()) {
			this.settings.report(dispatcher, "is '%s', so the number of partitions must be said, from 1 to %d"
				.formatted(NamedBeans.PARTITION, PartitionOptions.MAX_PARTITIONS));
			return Optional.empty();
		}
		return this.settings.value(SettingTable.PARTITIONS)
			.map((partitions) -> Dispatchers
				.partition(key.map((function) -> PartitionOptions.ofCount(partitions, function))
					.orElseGet(() -> PartitionOptions.ofCount(partitions))));
	}

	private Optional<Function<Object, @Nullable Object>> key(ResolvableType emits, Said<String> dispatcher) {
		Optional<Said<String>> partitionBy = partitionBy();
		String eventProblem = partitionBy.isEmpty() ? KeyTypes.problem(emits) : null;
		if (eventProblem != null) {
			this.settings.report(dispatcher,
					"is '%s', but the events are %s and can't be keys: let partitionBy name one of theirs"
						.formatted(NamedBeans.PARTITION, emits));
		}
		partitionBy.ifPresent((by) -> this.functions.keyProblem(by.value(), emits)
			.ifPresent((problem) -> this.settings.report(by, problem)));
		return partitionBy.map((by) -> this.functions.key(by.value()));
	}

	/** Reports settings that another dispatcher doesn't have. */
	void refuse(String dispatcher) {
		count().ifPresent((count) -> refuse(count, dispatcher));
		partitionBy().ifPresent((partitionBy) -> refuse(partitionBy, dispatcher));
	}

	private void refuse(Said<?> setting, String dispatcher) {
		this.settings.report(setting, "has no effect with the dispatcher '%s': remove it, or let the dispatcher be '%s'"
			.formatted(dispatcher, NamedBeans.PARTITION));
	}

}
