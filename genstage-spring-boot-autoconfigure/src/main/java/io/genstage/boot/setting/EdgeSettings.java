package io.genstage.boot.setting;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.SubscribeOptions;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.Setting.Range;
import io.genstage.boot.table.SettingTable;
import io.genstage.pipeline.EdgeDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings of one subscription. Properties have precedence over annotations, and what
 * is set for the subscription over what is set for all subscriptions of the stage.
 */
final class EdgeSettings {

	private final String producerName;

	private final Settings settings;

	private final EventFunctions functions;

	private final @Nullable BatchSettings batch;

	private final @Nullable DispatchSettings producer;

	private final SubscribeOptions defaults;

	/**
	 * Creates settings.
	 * @param undecided the subscription if nothing is set
	 * @param settings what all places say
	 * @param functions what a selector can name
	 * @param batch how the consumer collects events, {@code null} if it doesn't
	 * @param producer how the producer dispatches, {@code null} if there is none
	 * @param concurrency the number of instances of the consumer
	 */
	EdgeSettings(EdgeDefinition undecided, Settings settings, EventFunctions functions, @Nullable BatchSettings batch,
			@Nullable DispatchSettings producer, int concurrency) {
		this.producerName = undecided.producer();
		this.settings = settings;
		this.functions = functions;
		this.batch = batch;
		this.producer = producer;
		this.defaults = undecided.optionsFor(concurrency);
	}

	String producerName() {
		return this.producerName;
	}

	/**
	 * Defines the subscription, without what is out of range or doesn't suit the
	 * producer. If nothing is set the pipeline decides, also when the number of instances
	 * changes.
	 */
	EdgeDefinition definition() {
		boolean undecided = this.batch == null && !this.settings.isAnySaid(SettingTable.MAX_DEMAND,
				SettingTable.MIN_DEMAND, SettingTable.PARTITION, SettingTable.SELECTOR);
		return new EdgeDefinition(this.producerName, undecided ? null : options());
	}

	/** Adds what is in force for the subscription, each with who says so. */
	void addTo(SettingsInForce.Builder inForce) {
		SubscribeOptions options = options();
		inForce.add(SettingTable.MAX_DEMAND, this.producerName, options.maxDemand(),
				isByBatch() ? SettingOrigin.BUILT_IN : origin(maxDemand()));
		inForce.add(SettingTable.MIN_DEMAND, this.producerName, options.minDemand(),
				isByBatch() ? SettingOrigin.BUILT_IN : origin(minDemand().filter((min) -> minProblem(min).isEmpty())));
		this.settings.find(SettingTable.PARTITION)
			.ifPresent((said) -> inForce.add(said.setting(), this.producerName, said.value(), said.origin()));
		this.settings.find(SettingTable.SELECTOR)
			.ifPresent((said) -> inForce.add(said.setting(), this.producerName, said.value(), said.origin()));
	}

	private static SettingOrigin origin(Optional<Said<Integer>> said) {
		return said.map(Said::origin).orElse(SettingOrigin.BUILT_IN);
	}

	/** Returns problems with what is out of range or doesn't suit the producer. */
	Stream<WiringProblem> problems() {
		return Stream.concat(demandProblems(),
				Optional.ofNullable(this.producer)
					.stream()
					.flatMap((dispatching) -> Stream.of(partitionProblem(dispatching), selectorProblem(dispatching)))
					.flatMap(Optional::stream));
	}

	private SubscribeOptions options() {
		SubscribeOptions options = isByBatch()
				? this.defaults.withMaxDemand(
						Math.max(this.defaults.maxDemand(), (this.batch != null) ? this.batch.ampleDemand() : 0))
				: demand();
		if (this.producer == null) {
			return options;
		}
		SubscribeOptions partitioned = partition(this.producer).map(options::withPartition).orElse(options);
		return selector().map(partitioned::withSelector).orElse(partitioned);
	}

	private SubscribeOptions demand() {
		SubscribeOptions options = this.settings.value(SettingTable.MAX_DEMAND)
			.map(this.defaults::withMaxDemand)
			.orElse(this.defaults);
		return minDemand().filter((min) -> minProblem(min).isEmpty())
			.map((min) -> options.withMinDemand(min.value()))
			.orElse(options);
	}

	private int maxDemandValue() {
		return this.settings.value(SettingTable.MAX_DEMAND).orElse(this.defaults.maxDemand());
	}

	/** Returns problems with the demand. */
	Stream<WiringProblem> demandProblems() {
		if (isByBatch()) {
			return Stream.empty();
		}
		Optional<WiringProblem> maxProblem = this.settings.rangeProblem(SettingTable.MAX_DEMAND);
		return maxProblem.isPresent() ? maxProblem.stream()
				: Stream.of(batchProblem(), minDemand().flatMap((min) -> minProblem(min).map(min::problem)))
					.flatMap(Optional::stream);
	}

	/**
	 * Returns the minimum that is meant for the maximum, as none is from a place with
	 * less precedence, unless it is less by chance.
	 */
	private Optional<Said<Integer>> minDemand() {
		if (this.settings.rangeProblem(SettingTable.MAX_DEMAND).isPresent()) {
			return Optional.empty();
		}
		int meantUpTo = maxDemand().map(Said::distance).orElse(Integer.MAX_VALUE);
		return this.settings.find(SettingTable.MIN_DEMAND)
			.filter((min) -> min.distance() <= meantUpTo || min.value() < maxDemandValue());
	}

	private Optional<String> minProblem(Said<Integer> min) {
		return Range.problemOf(min.value(), 0, maxDemandValue() - 1, " (less than the maximum demand)");
	}

	private Optional<Said<Integer>> maxDemand() {
		return this.settings.find(SettingTable.MAX_DEMAND);
	}

	/**
	 * Returns whether the demand is one by which batches become full. If the maximum and
	 * the size of a batch don't fit, the one from a place with less precedence was not
	 * meant for the other.
	 */
	private boolean isByBatch() {
		return this.batch != null
				&& (maxDemand().isEmpty() || leadOfTooLargeBatch().filter((lead) -> lead < 0).isPresent());
	}

	private Optional<WiringProblem> batchProblem() {
		return leadOfTooLargeBatch().filter((lead) -> lead == 0)
			.flatMap((lead) -> tooLargeBatch())
			.map((size) -> size.problem(
					Range
						.problemOf(size.value(), 1, maxDemandValue(),
								" (the maximum demand at '%s')".formatted(this.producerName))
						.orElseThrow()));
	}

	/** Returns how much nearer the maximum is than a size that doesn't fit. */
	private Optional<Integer> leadOfTooLargeBatch() {
		return tooLargeBatch().flatMap((size) -> maxDemand().map((max) -> distance(size.source()) - max.distance()));
	}

	private Optional<Said<Integer>> tooLargeBatch() {
		return (this.batch != null)
				? this.batch.size()
					.filter((size) -> maxDemand().filter((max) -> size.value() > max.value()).isPresent())
				: Optional.empty();
	}

	/** Returns how many places are nearer to the subscription than one of its stage. */
	private int distance(SettingSource place) {
		return (int) this.settings.sources().stream().takeWhile((source) -> !source.equals(place)).count();
	}

	private Optional<Object> partition(DispatchSettings producer) {
		Optional<String> partition = this.settings.find(SettingTable.PARTITION).map(Said::value);
		return producer.partitions().isEmpty() ? partition.map((name) -> name)
				: partition.flatMap((name) -> number(name, producer.partitions().get())).map((number) -> number);
	}

	private Optional<WiringProblem> partitionProblem(DispatchSettings producer) {
		Optional<Said<String>> partition = this.settings.find(SettingTable.PARTITION);
		if (producer.partitions().isEmpty()) {
			return partition.filter((said) -> producer.isOneOf(NamedBeans.DEMAND, NamedBeans.BROADCAST))
				.map((said) -> ineffective(said, producer, NamedBeans.PARTITION));
		}
		int count = producer.partitions().get();
		return partition.filter((said) -> number(said.value(), count).isEmpty())
			.map((said) -> said.problem("must be from 0 to %d (as '%s' has %d partitions), but is %s"
				.formatted(count - 1, this.producerName, count, said.value())));
	}

	private static Optional<Integer> number(String text, int count) {
		try {
			return Optional.of(Integer.valueOf(text.trim())).filter((number) -> number >= 0 && number < count);
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	private Optional<Predicate<?>> selector() {
		return this.settings.find(SettingTable.SELECTOR).flatMap((said) -> this.functions.selector(said.value()));
	}

	private Optional<WiringProblem> selectorProblem(DispatchSettings producer) {
		return this.settings.find(SettingTable.SELECTOR)
			.filter((said) -> producer.isOneOf(NamedBeans.DEMAND, NamedBeans.PARTITION))
			.map((said) -> ineffective(said, producer, NamedBeans.BROADCAST));
	}

	/**
	 * Returns a problem with a selector that can't be found, or not for events of the
	 * producer.
	 * @param emitted the type of these events
	 */
	Optional<WiringProblem> selectorProblem(ResolvableType emitted) {
		return this.settings.find(SettingTable.SELECTOR)
			.flatMap((selector) -> this.functions.selectorProblem(selector.value(), emitted).map(selector::problem));
	}

	private WiringProblem ineffective(Said<?> setting, DispatchSettings producer, String needed) {
		return setting.problem("has no effect, as the dispatcher of '%s' is '%s': remove it, or set that to '%s'"
			.formatted(this.producerName, producer.name(), needed));
	}

}
