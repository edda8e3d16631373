package io.genstage.boot;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.genstage.boot.table.Setting;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.pipeline.StageDefinition;

/**
 * Finds the stages behind a source that keeps late retries which keep them themselves
 * nevertheless, since their events have an order that the source doesn't know.
 */
final class OrderedRetries {

	/** So many retries of a stage are looked at for the longest wait. */
	private static final int MOST_LOOKED_AT = 50;

	private OrderedRetries() {
	}

	/**
	 * Returns a warning for each of them.
	 * @param definitions all stages, each behind its producers
	 * @param keepsRetries whether the stage of a name is a source that keeps them
	 */
	static List<String> warnings(List<StageDefinition> definitions, Predicate<String> keepsRetries) {
		Set<String> kept = new HashSet<>();
		definitions.forEach((stage) -> {
			if (keepsRetries.test(stage.name())
					|| stage.producers().stream().anyMatch((edge) -> kept.contains(edge.producer()))) {
				kept.add(stage.name());
			}
		});
		return definitions.stream()
			.filter((stage) -> stage.kind().consumes() && kept.contains(stage.name()) && waitsLong(stage))
			.map(OrderedRetries::warning)
			.toList();
	}

	private static boolean waitsLong(StageDefinition stage) {
		FailurePolicy policy = stage.options().failure();
		return policy != null && policy.order().kind() != RetryOrder.Kind.NONE
				&& longestWait(policy).compareTo(policy.hold()) > 0;
	}

	private static String warning(StageDefinition stage) {
		FailurePolicy policy = stage.options().failure();
		if (policy == null) {
			throw new IllegalArgumentException("%s has no failure policy".formatted(stage));
		}
		return ("What fails in the stage '%s' waits for up to %s for its next attempt, longer than its failure.hold of "
				+ "%s, but keeps the order '%s': it waits in the stage, though its source keeps what has no order, and "
				+ "its attempts are forgotten when this application ends. Let failure.order be 'none', or let "
				+ "failure.hold be longer")
			.formatted(stage.name(), Setting.print(longestWait(policy)), Setting.print(policy.hold()),
					(policy.order().kind() == RetryOrder.Kind.BY_KEY) ? "by-key" : "strict");
	}

	/**
	 * Returns the longest time that one of the first retries waits.
	 * @param policy has the retries
	 */
	static Duration longestWait(FailurePolicy policy) {
		Duration longest = Duration.ZERO;
		for (int retry = 1; retry <= MOST_LOOKED_AT; retry++) {
			Duration delay = policy.retries().delay(retry);
			if (delay == null) {
				break;
			}
			longest = (delay.compareTo(longest) > 0) ? delay : longest;
		}
		return longest;
	}

}
