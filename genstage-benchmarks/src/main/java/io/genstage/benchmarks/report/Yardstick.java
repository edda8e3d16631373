package io.genstage.benchmarks.report;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.workload.Workload;

/**
 * What a contender is compared with: the fastest of some in the same run.
 */
enum Yardstick {

	LIMIT("the fastest bare hand-off", of(Contender.Kind.LIMIT)),

	REACTIVE("the fastest reactive library", of(Contender.Kind.REACTIVE)),

	PEERS("the fastest of all peers", of(Contender.Kind.REACTIVE, Contender.Kind.PEER)),

	LISTS("the same with methods of lists", EnumSet.of(Contender.ANNOTATED)),

	ENGINE("the engine alone", EnumSet.of(Contender.STAGES));

	private final String title;

	@SuppressWarnings("ImmutableEnumChecker") // nobody changes it
	private final Set<Contender> contenders;

	Yardstick(String title, Set<Contender> contenders) {
		this.title = title;
		this.contenders = contenders;
	}

	private static Set<Contender> of(Contender.Kind first, Contender.Kind... others) {
		Set<Contender.Kind> kinds = EnumSet.of(first, others);
		Set<Contender> contenders = EnumSet.allOf(Contender.class);
		contenders.removeIf((contender) -> !kinds.contains(contender.kind()));
		return contenders;
	}

	/** Returns what a report calls it. */
	String title() {
		return this.title;
	}

	/** Returns the highest median, if any of them has been measured. */
	Optional<Score> score(Scores scores, Workload workload) {
		return scores.best(workload, this.contenders);
	}

}
