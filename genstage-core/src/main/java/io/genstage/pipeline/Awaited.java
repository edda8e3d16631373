package io.genstage.pipeline;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.account.Activity;
import org.jspecify.annotations.Nullable;

/**
 * Says for which others a stage waits that has nothing to do. It looks at the edges of
 * this stage only: who is named may wait for others in turn.
 */
final class Awaited {

	/** How many stages are named at most. */
	static final int MOST = 5;

	private final Function<String, @Nullable StageView> views;

	/**
	 * Creates it.
	 * @param views returns what is known of a stage, or null if there is none of a name
	 */
	Awaited(Function<String, @Nullable StageView> views) {
		this.views = views;
	}

	/**
	 * Returns the names of those that a stage waits for, in the order of the graph.
	 * @param stage the stage
	 * @param consumers the names of its consumers
	 */
	List<String> by(StageDefinition stage, List<String> consumers) {
		StageView waiting = this.views.apply(stage.name());
		Activity activity = (waiting != null) ? waiting.activity() : null;
		if (waiting == null || activity == null) {
			return List.of();
		}
		return switch (activity) {
			case STARVED -> named(stage.producers().stream().map(EdgeDefinition::producer),
					(producer) -> waiting.demand(producer) > 0);
			case BLOCKED -> named(consumers.stream(), (consumer) -> consumer.asksTooLittle(waiting));
			default -> List.of();
		};
	}

	private List<String> named(Stream<String> names, Predicate<StageView> isAwaited) {
		return names.filter((name) -> {
			StageView other = this.views.apply(name);
			return other != null && isAwaited.test(other);
		}).limit(MOST).toList();
	}

}
