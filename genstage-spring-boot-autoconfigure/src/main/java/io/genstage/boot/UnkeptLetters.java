package io.genstage.boot;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.genstage.Stage;
import io.genstage.boot.handler.TypedStage;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.delivery.Acknowledger;
import io.genstage.failure.FailurePolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.EventQueue;

/**
 * Finds the stages whose dead letters are kept in memory only, though their events may
 * have a source that waits for a settlement. The word of memory settles nothing: such an
 * event fails for its source in the place of becoming a dead letter.
 */
final class UnkeptLetters {

	private UnkeptLetters() {
	}

	/**
	 * Finds them.
	 * @param definitions all stages, each behind its producers
	 * @param stages what is known of them, by name
	 * @return the names of those stages
	 */
	static List<String> of(List<StageDefinition> definitions, Map<String, TypedStage> stages) {
		Set<String> carrying = new HashSet<>();
		definitions.forEach((definition) -> {
			TypedStage stage = stages.get(definition.name());
			boolean source = stage != null && emitsDeliveries(stage);
			if (source || definition.producers().stream().anyMatch((edge) -> carrying.contains(edge.producer()))) {
				carrying.add(definition.name());
			}
		});
		return definitions.stream()
			.filter((definition) -> definition.kind().consumes() && keepsInMemory(definition)
					&& definition.producers().stream().anyMatch((edge) -> carrying.contains(edge.producer())))
			.map(StageDefinition::name)
			.toList();
	}

	private static boolean emitsDeliveries(TypedStage typed) {
		Stage stage = typed.stage();
		return stage instanceof EventQueue || stage instanceof CheckpointedProducer || stage instanceof Acknowledger
				|| typed.emitsDeliveries();
	}

	private static boolean keepsInMemory(StageDefinition definition) {
		FailurePolicy policy = definition.options().failure();
		DeadLetterStore store = (policy != null) ? policy.deadLetters() : null;
		return policy != null && store != null && policy.then() == FailurePolicy.Then.DEAD_LETTER && !store.isDurable()
				&& !store.handsOn();
	}

}
