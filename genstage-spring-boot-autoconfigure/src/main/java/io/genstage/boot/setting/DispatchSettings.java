package io.genstage.boot.setting;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.StageOptions;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.KeyTypes;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings that say who gets which events.
 */
final class DispatchSettings {

	private final Settings settings;

	private final EventFunctions functions;

	private final NamedBeans beans;

	private final Optional<Said<String>> dispatcher;

	private final Optional<DispatcherFactory<?>> factory;

	DispatchSettings(Settings settings, EventFunctions functions, NamedBeans beans) {
		this.settings = settings;
		this.functions = functions;
		this.beans = beans;
		this.dispatcher = settings.find(SettingTable.DISPATCHER);
		this.factory = isOneOf(NamedBeans.PARTITION) ? partitioning()
				: this.dispatcher.flatMap((said) -> beans.dispatcher(said.value()));
	}

	String name() {
		return this.dispatcher.map(Said::value).orElse(NamedBeans.DEMAND);
	}

	/** Returns whether the dispatcher has one of some names. */
	boolean isOneOf(String... names) {
		return List.of(names).contains(name());
	}

	/** Returns the number of partitions, if the stage partitions its events. */
	Optional<Integer> partitions() {
		return isOneOf(NamedBeans.PARTITION) ? this.settings.value(SettingTable.PARTITIONS) : Optional.empty();
	}

	StageOptions addTo(StageOptions options) {
		StageOptions dispatching = this.factory.map((factory) -> options.withDispatcher(name(), factory))
			.orElse(options);
		return this.settings.value(SettingTable.UNSERVED).map(dispatching::withUnserved).orElse(dispatching);
	}

	private Optional<DispatcherFactory<?>> partitioning() {
		Optional<Function<Object, @Nullable Object>> key = key();
		return partitions().map((partitions) -> Dispatchers
			.partition(key.map((function) -> PartitionOptions.ofCount(partitions, function))
				.orElseGet(() -> PartitionOptions.ofCount(partitions))));
	}

	/** Finds what returns the key of an event, if events are partitioned by one. */
	Optional<Function<Object, @Nullable Object>> key() {
		return isOneOf(NamedBeans.PARTITION) ? partitionBy().map((by) -> this.functions.key(by.value()))
				: Optional.empty();
	}

	/** Finds what returns the key of an event, if events are partitioned. */
	Optional<Function<Object, @Nullable Object>> eventKey() {
		return isOneOf(NamedBeans.PARTITION) ? key().or(() -> Optional.of((event) -> event)) : Optional.empty();
	}

	private Optional<Said<String>> partitionBy() {
		return this.settings.find(SettingTable.PARTITION_BY);
	}

	/** Returns problems with a name, and with what another dispatcher doesn't have. */
	Stream<WiringProblem> problems() {
		if (isOneOf(NamedBeans.PARTITION)) {
			return this.settings.isAnySaid(SettingTable.PARTITIONS) ? Stream.empty()
					: problem("is '%s', so the number of partitions must be set, from %s"
						.formatted(NamedBeans.PARTITION, SettingTable.PARTITIONS.range().inWords()));
		}
		Stream<WiringProblem> unknown = this.factory.isPresent() ? Stream.empty() : problem(
				"names '%s', which is no dispatcher: %s".formatted(name(), this.beans.dispatcherInsteadOf(name())));
		String ineffective = "has no effect with the dispatcher '%s': remove it, or set the dispatcher to '%s'"
			.formatted(name(), NamedBeans.PARTITION);
		// A dispatcher of the application may have partitions.
		Stream<WiringProblem> unserved = isOneOf(NamedBeans.DEMAND, NamedBeans.BROADCAST)
				? this.settings.refuse(ineffective, SettingTable.UNSERVED) : Stream.empty();
		return Stream
			.of(unknown, this.settings.refuse(ineffective, SettingTable.PARTITIONS, SettingTable.PARTITION_BY),
					unserved)
			.flatMap((problems) -> problems);
	}

	/**
	 * Returns problems with the key of a partition.
	 * @param emitted the type of the events
	 */
	Stream<WiringProblem> problemsWith(ResolvableType emitted) {
		if (!isOneOf(NamedBeans.PARTITION)) {
			return Stream.empty();
		}
		Optional<Said<String>> partitionBy = partitionBy();
		if (partitionBy.isPresent()) {
			Said<String> by = partitionBy.get();
			return this.functions.keyProblem(by.value(), emitted).map(by::problem).stream();
		}
		return (KeyTypes.problem(emitted) == null) ? Stream.empty()
				: problem("is '%s', but the events are %s and can't be keys: let partitionBy name one of theirs"
					.formatted(NamedBeans.PARTITION, emitted));
	}

	private Stream<WiringProblem> problem(String description) {
		return this.dispatcher.map((said) -> said.problem(description)).stream();
	}

}
