package io.genstage.boot;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.dispatch.Subscriber;
import io.genstage.pipeline.StageDefinition;

/**
 * Finds the partitions of a stage that nobody subscribes to: their events would wait for
 * ever. A subscription that names no partition is to all of them.
 */
final class PartitionCoverage {

	private static final int SHOWN = 10;

	private PartitionCoverage() {
	}

	/**
	 * Finds partitions without a consumer.
	 * @param producer the stage that partitions
	 * @param partitions the number of its partitions
	 * @param stages all stages
	 * @return a problem with them, if there are any
	 */
	static Optional<WiringProblem> problem(StageDeclaration producer, int partitions, List<StageDefinition> stages) {
		BitSet served = new BitSet(partitions);
		stages.stream()
			.flatMap((stage) -> stage.producers().stream())
			.filter((edge) -> edge.producer().equals(producer.name()))
			.forEach((edge) -> {
				Object partition = edge.optionsFor(1).attributes().get(Subscriber.PARTITION);
				if (partition == null) {
					served.set(0, partitions);
				}
				else if (partition instanceof Integer number) {
					served.set(number);
				}
			});
		served.flip(0, partitions);
		return served.isEmpty() ? Optional.empty()
				: Optional.of(new WiringProblem(producer.place(),
						"%d of the %d partitions of '%s' have no consumer: subscribe a consumer to partition %s"
							.formatted(served.cardinality(), partitions, producer.name(), print(served))));
	}

	private static String print(BitSet partitions) {
		return String.join(", ", partitions.stream().limit(SHOWN).mapToObj(String::valueOf).toList())
				+ ((partitions.cardinality() > SHOWN) ? ", …" : "");
	}

}
