package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broadcast to consumers that fail, are killed, stopped, paused and restarted in any
 * order: what was emitted has been sent to each of them, or is counted for it.
 */
class BroadcastTroubleTests {

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(6).withMinDemand(3);

	private static final StageOptions BROADCAST = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

	private static final RestartPolicy TOUGH = RestartPolicy.defaults()
		.withBackOff(Duration.ofMillis(20), 1, Duration.ofMillis(20))
		.withLimit(Integer.MAX_VALUE, Duration.ofMinutes(1));

	private static final RestartPolicy FRAIL = TOUGH.withLimit(2, Duration.ofHours(1));

	private static final List<String> CONSUMERS = List.of("tough", "frail", "several");

	@RegisterExtension
	private final LogCapture log = new LogCapture();

	static List<Long> seeds() {
		return new Random(20).longs(15).boxed().toList();
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void balanceForEachConsumer(long seed) {
		Random random = new Random(seed);
		SeededExecutor executor = new SeededExecutor(seed);
		StageSystem system = StageSystem.builder().executor(executor).scheduler(executor).build();
		EventQueue<Integer> queue = new EventQueue<>(1000);
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("queue", queue),
				StageDefinition
					.of("all", StageKind.PRODUCER_CONSUMER,
							() -> (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
					.withOptions(BROADCAST)
					.withRestarts(TOUGH)
					.withConcurrency(1 + random.nextInt(2))
					.subscribeTo("queue", FEW),
				consumer("tough", random, 0.02).withRestarts(TOUGH),
				consumer("frail", random, 0.05).withRestarts(FRAIL),
				consumer("several", random, 0.02).withRestarts(TOUGH).withConcurrency(2))), system);
		pipeline.start();
		int accepted = 0;
		for (int step = 0; step < 300; step++) {
			executor.runReady(random.nextInt(30));
			if (random.nextInt(20) == 0) {
				executor.advance(Duration.ofMillis(random.nextInt(30)));
			}
			if (queue.offer(accepted)) {
				accepted++;
			}
			if (random.nextInt(10) == 0) {
				trouble(pipeline, system, random);
			}
		}
		CONSUMERS.forEach(pipeline::resume);
		executor.advance(Duration.ofSeconds(1));
		pipeline.drain(Duration.ofMinutes(1));
		executor.advance(Duration.ofMinutes(2));
		assertThat(system.stages()).isEmpty();
		StageStatus all = numbers(pipeline, "all");
		assertThat(numbers(pipeline, "queue").out()).isEqualTo(accepted);
		long lostBefore = accepted - all.in();
		long lostBehind = all.discarded() - lostBefore;
		for (String consumer : CONSUMERS) {
			int instances = pipeline.stage(consumer).orElseThrow().instances().size();
			StageStatus numbers = numbers(pipeline, consumer);
			assertThat(numbers.in() + numbers.discarded()).as("stage '%s', seed %d", consumer, seed)
				.isEqualTo((all.out() - lostBehind) * instances);
		}
	}

	private static void trouble(Pipeline pipeline, StageSystem system, Random random) {
		String consumer = CONSUMERS.get(random.nextInt(CONSUMERS.size()));
		switch (random.nextInt(6)) {
			case 0 -> pipeline.pause(consumer);
			case 1 -> pipeline.resume(consumer);
			case 2 -> pipeline.restart(consumer);
			case 3 -> pipeline.restart("all");
			case 4 -> pipeline.concurrency("all", 1 + random.nextInt(3));
			default -> {
				List<String> running = new ArrayList<>(
						system.stages().stream().map((stage) -> stage.name()).sorted().toList());
				running.removeIf((name) -> name.equals("queue"));
				if (!running.isEmpty()) {
					system.find(running.get(random.nextInt(running.size())))
						.ifPresent((stage) -> stage.stop(ExitReason.of("killed")));
				}
			}
		}
	}

	private static StageDefinition consumer(String name, Random random, double failures) {
		return StageDefinition.of(name, (ConsumerStage<Integer>) (events, from) -> {
			if (random.nextDouble() < failures) {
				throw new IllegalStateException("broken");
			}
		}).subscribeTo("all", FEW);
	}

	private static StageStatus numbers(Pipeline pipeline, String stage) {
		return pipeline.stage(stage).orElseThrow().started().orElseThrow();
	}

}
