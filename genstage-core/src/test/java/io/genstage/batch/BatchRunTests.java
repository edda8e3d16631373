package io.genstage.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stages with batchings in whole pipelines.
 */
class BatchRunTests {

	private static final int EVENTS = 300;

	/*
	 * Two producers feed a batching producer-consumer that feeds a batching consumer,
	 * while both are changed at random. Whatever the order of steps: each event is
	 * handled once, those of a key in order, and the whole ends, without a time-out in
	 * time to help.
	 */
	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void neitherLosesNorDoublesNorStalls(long seed) {
		Random random = new Random(seed);
		SeededExecutor executor = new SeededExecutor(seed);
		StageSystem system = StageSystem.builder().executor(executor).scheduler(executor).build();
		List<Integer> handled = new ArrayList<>();
		Batching<Integer> middle = Batching.byKey((event) -> event % 20, options(random));
		Batching<Integer> last = Batching.byKey((event) -> event % 15, options(random));
		ProducerConsumerStage<Integer, Integer> same = (events, from) -> events;
		ConsumerStage<Integer> collecting = (events, from) -> handled.addAll(events);
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("even", numbers(0)), StageDefinition.of("odd", numbers(1)),
						StageDefinition.of("middle", same)
							.withOptions(StageOptions.defaults().withBatching(middle))
							.subscribeTo("even", demand(random))
							.subscribeTo("odd", demand(random)),
						StageDefinition.of("last", collecting)
							.withOptions(StageOptions.defaults().withBatching(last))
							.subscribeTo("middle", demand(random)))),
				system);
		pipeline.start();
		for (int change = 0; change < 10; change++) {
			executor.runReady(random.nextInt(40));
			Batching<Integer> changed = random.nextBoolean() ? middle : last;
			changed.change(options(random));
		}
		executor.runReady();
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
	}

	static List<Long> seeds() {
		return new Random(20).longs(300).boxed().toList();
	}

	private static ProducerStage<Integer> numbers(int first) {
		return Sources.iterable(IntStream.range(0, EVENTS).filter((number) -> number % 2 == first).boxed().toList());
	}

	private static BatchOptions options(Random random) {
		return new BatchOptions(1 + random.nextInt(8), Duration.ofDays(300), 1 + random.nextInt(30));
	}

	private static SubscribeOptions demand(Random random) {
		return SubscribeOptions.defaults().withMaxDemand(8 + random.nextInt(4));
	}

	@Test
	void keepsTheOrderOfEachKey() {
		SeededExecutor executor = new SeededExecutor(7);
		StageSystem system = StageSystem.builder().executor(executor).scheduler(executor).build();
		Map<Integer, List<Integer>> handled = new HashMap<>();
		ConsumerStage<Integer> stage = (events, from) -> handled
			.computeIfAbsent(Batch.<Integer, Integer>of(events).key(), (key) -> new ArrayList<>())
			.addAll(events);
		system
			.start("batches", stage,
					StageOptions.defaults()
						.withBatching(Batching.byKey((Integer event) -> event % 7,
								BatchOptions.defaults().withSize(4).withMaxOpen(3))))
			.subscribeTo(system.start("numbers", Sources.iterable(IntStream.range(0, EVENTS).boxed().toList())),
					SubscribeOptions.defaults().withMaxDemand(5));
		executor.runToRest(100_000);
		assertThat(handled).hasSize(7);
		handled.forEach((key, events) -> assertThat(events).containsExactlyElementsOf(
				IntStream.range(0, EVENTS).filter((event) -> event % 7 == key).boxed().toList()));
	}

	@Test
	void closesByTimeAndBySizeOnRealThreads() throws InterruptedException {
		Queue<String> handled = new ConcurrentLinkedQueue<>();
		EventQueue<String> queue = new EventQueue<>(100);
		Batching<String> batching = Batching.byKey((event) -> event.substring(0, 1),
				BatchOptions.defaults().withSize(2).withTimeout(Duration.ofMillis(20)));
		ConsumerStage<String> stage = (events, from) -> {
			Batch<String, String> batch = Batch.of(events);
			handled.add("%s %s %s".formatted(batch.key(), batch, batch.closing()));
		};
		try (StageSystem system = StageSystem.create()) {
			system.start("batches", stage, StageOptions.defaults().withBatching(batching))
				.subscribeTo(system.start("queue", queue), SubscribeOptions.defaults().withMaxDemand(10));
			queue.put("a1");
			await().untilAsserted(() -> assertThat(handled).contains("a [a1] TIMEOUT"));
			batching.change(batching.options().withTimeout(Duration.ofDays(1)));
			queue.put("a2");
			queue.put("b1");
			queue.put("b2");
			await().untilAsserted(() -> assertThat(handled).contains("b [b1, b2] SIZE"));
		}
		assertThat(handled).as("closed by the end of the system").contains("a [a2] END");
	}

}
