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

import io.genstage.ProducerStage;
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
 * Batching stages in whole pipelines.
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
		BatchProducerConsumer<Integer, Integer> middle = BatchProducerConsumer.byKey((event) -> event % 20,
				options(random), Batch::events);
		BatchConsumer<Integer> last = BatchConsumer.byKey((Integer event) -> event % 15, options(random),
				(batch) -> handled.addAll(batch.events()));
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("even", numbers(0)), StageDefinition.of("odd", numbers(1)),
						StageDefinition.of("middle", middle)
							.subscribeTo("even", demand(random))
							.subscribeTo("odd", demand(random)),
						StageDefinition.of("last", last).subscribeTo("middle", demand(random)))),
				system);
		pipeline.start();
		for (int change = 0; change < 10; change++) {
			executor.runReady(random.nextInt(40));
			Batching changed = random.nextBoolean() ? middle : last;
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
		BatchConsumer<Integer> stage = BatchConsumer.byKey((Integer event) -> event % 7,
				BatchOptions.defaults().withSize(4).withMaxOpen(3),
				(Batch<Integer, Integer> batch) -> handled.computeIfAbsent(batch.key(), (key) -> new ArrayList<>())
					.addAll(batch.events()));
		system.start("batches", stage)
			.subscribeTo(system.start("numbers", Sources.iterable(IntStream.range(0, EVENTS).boxed().toList())),
					SubscribeOptions.defaults().withMaxDemand(5));
		executor.runToRest(100_000);
		assertThat(handled).hasSize(7);
		handled.forEach((key, events) -> assertThat(events).containsExactlyElementsOf(
				IntStream.range(0, EVENTS).filter((event) -> event % 7 == key).boxed().toList()));
	}

	@Test
	void closesByTimeAndBySizeOnRealThreads() throws InterruptedException {
		Queue<Batch<String, String>> handled = new ConcurrentLinkedQueue<>();
		EventQueue<String> queue = new EventQueue<>(100);
		BatchConsumer<String> stage = BatchConsumer.byKey((String event) -> event.substring(0, 1),
				BatchOptions.defaults().withSize(2).withTimeout(Duration.ofMillis(20)),
				(Batch<String, String> batch) -> handled.add(batch));
		try (StageSystem system = StageSystem.create()) {
			system.start("batches", stage)
				.subscribeTo(system.start("queue", queue), SubscribeOptions.defaults().withMaxDemand(10));
			queue.put("a1");
			await().untilAsserted(
					() -> assertThat(handled).contains(new Batch<>("a", List.of("a1"), BatchClosing.TIMEOUT)));
			stage.change(stage.options().withTimeout(Duration.ofDays(1)));
			queue.put("a2");
			queue.put("b1");
			queue.put("b2");
			await().untilAsserted(
					() -> assertThat(handled).contains(new Batch<>("b", List.of("b1", "b2"), BatchClosing.SIZE)));
		}
		assertThat(handled).as("closed by the end of the system")
			.contains(new Batch<>("a", List.of("a2"), BatchClosing.END));
	}

}
