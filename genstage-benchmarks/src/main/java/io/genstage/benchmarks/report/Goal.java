package io.genstage.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.workload.Workload;

/**
 * How fast a contender is meant to be beside others of the same run.
 *
 * @param name the name of the requirement
 * @param workload where it holds
 * @param contender who has to be fast
 * @param yardstick beside whom
 * @param ratio how many times as fast, at least
 */
record Goal(String name, Workload workload, Contender contender, Yardstick yardstick, double ratio) {

	/** Returns all goals, in the order of their names. */
	static List<Goal> all() {
		return Stream
			.of(split("W1", Workload.PIPE, 5), chain(), split("W3", Workload.FANOUT, 5),
					split("W4", Workload.BROADCAST, 5), split("W5", Workload.PARTITION, 3), perEvent(Workload.PIPE),
					perEvent(Workload.CHAIN), underSpring())
			.flatMap(List::stream)
			.toList();
	}

	private static List<Goal> split(String name, Workload workload, double reactive) {
		return List.of(new Goal(name, workload, Contender.STAGES, Yardstick.LIMIT, 0.5),
				new Goal(name, workload, Contender.STAGES, Yardstick.REACTIVE, reactive));
	}

	private static List<Goal> chain() {
		return List.of(new Goal("W2", Workload.CHAIN, Contender.STAGES, Yardstick.LIMIT, 0.5),
				new Goal("W2", Workload.CHAIN, Contender.STAGES, Yardstick.PEERS, 2));
	}

	/** Handlers of one event. */
	private static List<Goal> perEvent(Workload workload) {
		return List.of(new Goal("W8", workload, Contender.ANNOTATED_PER_EVENT, Yardstick.LISTS, 0.5),
				new Goal("W8", workload, Contender.ANNOTATED_PER_EVENT, Yardstick.REACTIVE, 3));
	}

	/** With supervision and meters. */
	private static List<Goal> underSpring() {
		return List.of(new Goal("W11", Workload.CHAIN, Contender.ANNOTATED, Yardstick.ENGINE, 0.9));
	}

	/** Returns the ratio of the medians, if both have been measured. */
	OptionalDouble measure(Scores scores) {
		Optional<Score> own = scores.find(this.workload, this.contender);
		Optional<Score> other = this.yardstick.score(scores, this.workload);
		return (own.isPresent() && other.isPresent()) ? OptionalDouble.of(own.get().median() / other.get().median())
				: OptionalDouble.empty();
	}

}
