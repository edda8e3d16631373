package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

import io.genstage.StageKind;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.StageDefinition;

/**
 * Bounds how many events may be open between each producer and the end: to as many as the
 * stages behind it may have asked for, unless something else is set.
 */
final class UnsettledLimits {

	private final List<StageDefinition> all;

	private final Predicate<String> asksItself;

	/**
	 * Creates limits.
	 * @param all the stages
	 * @param asksItself whether the stage of a name asks for as many events as it likes
	 */
	UnsettledLimits(List<StageDefinition> all, Predicate<String> asksItself) {
		this.all = all;
		this.asksItself = asksItself;
	}

	/** Returns all stages, the producers with their limits. */
	List<StageDefinition> definitions() {
		return this.all.stream().map(this::withLimit).toList();
	}

	private StageDefinition withLimit(StageDefinition stage) {
		OptionalLong open = (stage.kind() == StageKind.PRODUCER && stage.options().maxUnsettled() == null)
				? mostOpen(stage) : OptionalLong.empty();
		return open.isPresent() ? stage
			.withOptions(stage.options().withMaxUnsettled((int) Math.min(open.getAsLong(), Integer.MAX_VALUE))) : stage;
	}

	/** Returns what is to be known of limits that keep stages from what they ask for. */
	List<String> warnings() {
		return this.all.stream()
			.filter((stage) -> stage.kind() == StageKind.PRODUCER)
			.flatMap((stage) -> warning(stage).stream())
			.toList();
	}

	private Optional<String> warning(StageDefinition producer) {
		Integer limit = producer.options().maxUnsettled();
		OptionalLong open = (limit != null) ? mostOpen(producer) : OptionalLong.empty();
		if (limit == null || open.isEmpty() || limit >= open.getAsLong()) {
			return Optional.empty();
		}
		return Optional.of(("stage '%s' may have %d unsettled events, fewer than the %d that the stages behind it may "
				+ "have asked for: batches may be closed by their time-out, and instances may have nothing to do")
			.formatted(producer.name(), limit, open.getAsLong()));
	}

	/**
	 * Returns how many events of one instance of a producer the stages behind it may have
	 * in hand or waiting, or nothing if one of them asks for as many as it likes.
	 */
	private OptionalLong mostOpen(StageDefinition producer) {
		long open = 0;
		Set<String> seen = new HashSet<>(Set.of(producer.name()));
		Queue<StageDefinition> next = new ArrayDeque<>(List.of(producer));
		while (!next.isEmpty()) {
			StageDefinition from = next.remove();
			for (StageDefinition to : this.all) {
				for (EdgeDefinition edge : to.producers()) {
					if (!edge.producer().equals(from.name())) {
						continue;
					}
					if (this.asksItself.test(to.name())) {
						return OptionalLong.empty();
					}
					long senders = from.name().equals(producer.name()) ? 1 : from.concurrency();
					open += senders * to.concurrency()
							* (edge.optionsFor(to.concurrency()).maxDemand() + undecided(to));
					if (seen.add(to.name())) {
						next.add(to);
					}
				}
			}
		}
		return (open > 0) ? OptionalLong.of(open) : OptionalLong.empty();
	}

	/** Returns how many undecided events a stage may have beside what it asks for. */
	private static int undecided(StageDefinition stage) {
		FailurePolicy policy = stage.options().failure();
		int failures = (policy != null) ? policy.outage().failures() : OutageGuard.NEVER;
		return (failures != OutageGuard.NEVER) ? failures : 0;
	}

}
