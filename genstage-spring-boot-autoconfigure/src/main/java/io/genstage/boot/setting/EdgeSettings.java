package io.genstage.boot.setting;

import java.util.Optional;
import java.util.function.Predicate;

import io.genstage.SubscribeOptions;
import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.SettingTable;
import io.genstage.pipeline.EdgeDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The settings of one subscription. Properties have precedence over annotations, and what
 * is said for the subscription over what is said for all subscriptions of the stage.
 */
public final class EdgeSettings {

	private final EdgeDeclaration edge;

	private final Settings settings;

	private final EventFunctions functions;

	private final @Nullable BatchSettings batch;

	/**
	 * Creates settings.
	 * @param edge what an annotation says
	 * @param settings what all places say
	 * @param functions what a selector can name
	 * @param batch how the consumer collects events, {@code null} if it doesn't
	 */
	EdgeSettings(EdgeDeclaration edge, Settings settings, EventFunctions functions, @Nullable BatchSettings batch) {
		this.edge = edge;
		this.settings = settings;
		this.functions = functions;
		this.batch = batch;
	}

	/**
	 * Defines the subscription; what is out of range or doesn't suit the producer is
	 * reported and left out. If nothing is said the pipeline decides, also when the
	 * number of instances changes.
	 * @param producer the settings of the producer, {@code null} if there is none
	 * @param concurrency the number of instances of the consumer
	 */
	public EdgeDefinition definition(@Nullable StageSettings producer, int concurrency) {
		EdgeDefinition undecided = new EdgeDefinition(this.edge.producer(), null);
		if (this.batch == null && !this.settings.isAnySaid(SettingTable.MAX_DEMAND, SettingTable.MIN_DEMAND,
				SettingTable.PARTITION, SettingTable.SELECTOR)) {
			return undecided;
		}
		return new EdgeDefinition(this.edge.producer(), options(producer, undecided.optionsFor(concurrency)));
	}

	private SubscribeOptions options(@Nullable StageSettings producer, SubscribeOptions defaults) {
		SubscribeOptions options = (this.batch != null) ? demand(this.batch, defaults) : demand(defaults);
		if (producer == null) {
			return options;
		}
		Optional<Object> partition = partition(producer);
		if (partition.isPresent()) {
			options = options.withPartition(partition.get());
		}
		Optional<Predicate<?>> selector = selector(producer);
		return selector.isPresent() ? options.withSelector(selector.get()) : options;
	}

	/** Returns the demand; what is out of range is reported and left out. */
	SubscribeOptions demand(SubscribeOptions defaults) {
		SubscribeOptions options = defaults;
		Optional<Said<Integer>> max = maxDemand();
		Optional<Said<Integer>> min = this.settings.find(SettingTable.MIN_DEMAND);
		if (max.isPresent()) {
			if (this.settings.inRange(SettingTable.MAX_DEMAND).isEmpty()) {
				return options;
			}
			options = options.withMaxDemand(max.get().value());
		}
		// A minimum from a place with less precedence was not meant for this maximum.
		boolean meant = min.isPresent() && (max.isEmpty() || min.get().distance() <= max.get().distance());
		if (min.isPresent() && (meant || min.get().value() < options.maxDemand())
				&& this.settings.isWithin(min.get(), 0, options.maxDemand() - 1, " (less than the maximum demand)")) {
			options = options.withMinDemand(min.get().value());
		}
		return options;
	}

	/**
	 * Returns a demand by which batches become full. If the maximum and the size of a
	 * batch don't fit, the one from a place with less precedence was not meant for the
	 * other.
	 */
	private SubscribeOptions demand(BatchSettings collecting, SubscribeOptions defaults) {
		Optional<Said<Integer>> max = maxDemand();
		Optional<Said<Integer>> tooLarge = collecting.size()
			.filter((size) -> max.isPresent() && size.value() > max.get().value());
		int lead = tooLarge.isPresent() ? distance(tooLarge.get().source()) - max.get().distance() : 1;
		if (max.isEmpty() || lead < 0) {
			return defaults.withMaxDemand(Math.max(defaults.maxDemand(), collecting.ampleDemand()));
		}
		if (lead == 0) {
			tooLarge.ifPresent((size) -> this.settings.isWithin(size, 1, max.get().value(),
					" (the maximum demand at '%s')".formatted(this.edge.producer())));
		}
		return demand(defaults);
	}

	private Optional<Said<Integer>> maxDemand() {
		return this.settings.find(SettingTable.MAX_DEMAND);
	}

	/** Returns how many places are nearer to the subscription than one of its stage. */
	private int distance(SettingSource place) {
		return (int) this.settings.sources().stream().takeWhile((source) -> !source.equals(place)).count();
	}

	private Optional<Object> partition(StageSettings producer) {
		Optional<Said<String>> partition = this.settings.find(SettingTable.PARTITION);
		if (partition.isEmpty() || producer.partitions().isEmpty()) {
			partition.filter((said) -> producer.usesOwn(NamedBeans.DEMAND, NamedBeans.BROADCAST))
				.ifPresent((said) -> refuse(said, producer, NamedBeans.PARTITION));
			return partition.map(Said::value);
		}
		int last = producer.partitions().get() - 1;
		Optional<Integer> number = number(partition.get().value()).filter((value) -> value >= 0 && value <= last);
		if (number.isEmpty()) {
			this.settings.report(partition.get(), "must be from 0 to %d (as '%s' has %d partitions), but is %s"
				.formatted(last, this.edge.producer(), last + 1, partition.get().value()));
		}
		return number.map((value) -> value);
	}

	private static Optional<Integer> number(String text) {
		try {
			return Optional.of(Integer.valueOf(text.trim()));
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	private Optional<Predicate<?>> selector(StageSettings producer) {
		Optional<Said<String>> selector = this.settings.find(SettingTable.SELECTOR);
		if (selector.isEmpty()) {
			return Optional.empty();
		}
		if (producer.usesOwn(NamedBeans.DEMAND, NamedBeans.PARTITION)) {
			refuse(selector.get(), producer, NamedBeans.BROADCAST);
		}
		checkSelector(ResolvableType.NONE);
		return this.functions.selector(selector.get().value());
	}

	/**
	 * Reports a selector that can't be found, or not for events of the producer.
	 * @param emitted the type of these events
	 */
	public void checkSelector(ResolvableType emitted) {
		this.settings.find(SettingTable.SELECTOR)
			.ifPresent((selector) -> this.functions.selectorProblem(selector.value(), emitted)
				.ifPresent((problem) -> this.settings.report(selector, problem)));
	}

	private void refuse(Said<?> setting, StageSettings producer, String needed) {
		this.settings.report(setting, "has no effect, as the dispatcher of '%s' is '%s': remove it, or let that be '%s'"
			.formatted(this.edge.producer(), producer.dispatcherName(), needed));
	}

}
