package io.genstage.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.Sources;

/**
 * Graphs to draw. A name that begins with {@code c} is a consumer's, one with {@code p} a
 * producer's.
 */
final class Graphs {

	private static final ConsumerStage<Object> CONSUMER = (events, from) -> {
	};

	private static final ProducerConsumerStage<Object, Object> BETWEEN = (events, from) -> events;

	private Graphs() {
	}

	static StageDefinition stage(String name, String... producers) {
		StageDefinition stage = switch (name.charAt(0)) {
			case 'p' -> StageDefinition.of(name, Sources.iterable(List.of()));
			case 'c' -> StageDefinition.of(name, CONSUMER);
			default -> StageDefinition.of(name, BETWEEN);
		};
		for (String producer : producers) {
			stage = stage.subscribeTo(producer);
		}
		return stage;
	}

	static PipelineGraph of(StageDefinition... stages) {
		return PipelineGraph.of(List.of(stages));
	}

	/** Returns a producer and stages in a row behind it. */
	static PipelineGraph chain(int stages) {
		List<StageDefinition> chain = new ArrayList<>(List.of(stage("p0")));
		for (int index = 1; index < stages - 1; index++) {
			chain.add(stage("m" + index, (index > 1) ? "m" + (index - 1) : "p0"));
		}
		chain.add(stage("c", "m" + (stages - 2)));
		return PipelineGraph.of(chain);
	}

	/** Returns a binary tree of so many levels. */
	static PipelineGraph tree(int levels) {
		List<StageDefinition> tree = new ArrayList<>(List.of(stage("p1")));
		for (int number = 2; number < 1 << levels; number++) {
			String parent = (number > 3) ? "m" + number / 2 : "p1";
			tree.add(stage(((number >= 1 << (levels - 1)) ? "c" : "m") + number, parent));
		}
		return PipelineGraph.of(tree);
	}

	/** Returns a graph in which each stage has one to three of the stages before it. */
	static PipelineGraph random(long seed, int stages, int reach) {
		Random random = new Random(seed);
		List<StageDefinition> all = new ArrayList<>(List.of(stage("p0")));
		List<String> names = new ArrayList<>(List.of("p0"));
		for (int index = 1; index < stages; index++) {
			List<String> near = names.subList(Math.max(0, names.size() - reach), names.size());
			String[] producers = random.ints(1 + random.nextInt(3), 0, near.size())
				.distinct()
				.mapToObj(near::get)
				.toArray(String[]::new);
			all.add(stage("m" + index, producers));
			names.add("m" + index);
		}
		List<String> fed = all.stream()
			.flatMap((one) -> one.producers().stream())
			.map((edge) -> edge.producer())
			.toList();
		names.stream()
			.filter((name) -> !fed.contains(name))
			.toList()
			.forEach((name) -> all.add(stage("c-" + name, name)));
		return PipelineGraph.of(all);
	}

}
