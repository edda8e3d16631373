package io.genstage.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

import io.genstage.Place;

/**
 * Lets the producers of an edge know whether to wait for consumers that are away. Used
 * under the pipeline's lock.
 */
final class Seating {

	private final Edge edge;

	/** Whether an instance has left a producer by itself and is not to be expected. */
	private final BiPredicate<InstanceRun, Instance> hasLeft;

	/** What each run of the producer was sent last; nothing sent is as forgotten. */
	private final Map<InstanceRun, Map<Instance, Place.Empty>> told = new HashMap<>();

	Seating(Edge edge, BiPredicate<InstanceRun, Instance> hasLeft) {
		this.edge = edge;
		this.hasLeft = hasLeft;
	}

	/** Sends what has changed since the last time. */
	void arrange(List<InstanceRun> producers, List<Instance> consumers, boolean draining) {
		this.told.keySet().removeIf(InstanceRun::isOver);
		for (InstanceRun producer : producers) {
			Map<Instance, Place.Empty> known = this.told.computeIfAbsent(producer, (unknown) -> new HashMap<>());
			Set<Instance> gone = new HashSet<>(known.keySet());
			for (Instance consumer : consumers) {
				gone.remove(consumer);
				tell(producer, consumer, known, this.hasLeft.test(producer, consumer) ? Place.Empty.FORGOTTEN
						: consumer.wantedWhileEmpty(draining));
			}
			gone.forEach((consumer) -> tell(producer, consumer, known, Place.Empty.FORGOTTEN));
			known.keySet().removeAll(gone);
		}
	}

	private void tell(InstanceRun producer, Instance consumer, Map<Instance, Place.Empty> known, Place.Empty wanted) {
		Place.Empty before = known.put(consumer, wanted);
		if (wanted != ((before != null) ? before : Place.Empty.FORGOTTEN)) {
			producer.ref().whileEmpty(consumer.place(this.edge), wanted);
		}
	}

}
