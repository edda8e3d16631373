package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.genstage.ConsumerStage;
import io.genstage.EventCounts;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.WaitingEvents;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What anybody may see of a stage at any time.
 */
class StageViewTests extends PipelineFixture {

	/** The common pool may have a single thread, which the one that blocks would take. */
	private static final Executor ON_OWN_THREAD = (task) -> new Thread(task).start();

	@Test
	void showsTheSameDemandAsTheStatusOfThePipeline() {
		Pipeline pipeline = pipeline(StageDefinition.of("queue", new EventQueue<Integer>(10)),
				StageDefinition.of("other", new EventQueue<Integer>(10)),
				StageDefinition.of("print", StageKind.CONSUMER, () -> collecting(new ArrayList<>()))
					.subscribeTo("queue", FEW)
					.subscribeTo("other")
					.withConcurrency(3));
		assertThat(pipeline.demand("print", "queue")).isZero();
		pipeline.start();
		run();
		assertThat(pipeline.demand("print", "queue")).isEqualTo(12)
			.isEqualTo(pipeline.status().demand("print", "queue"));
		assertThat(pipeline.demand("print", "other")).isEqualTo(pipeline.status().demand("print", "other"))
			.isPositive();
		assertThat(pipeline.demand("queue", "print")).isZero();
		assertThat(pipeline.demand("print", "nobody")).isZero();
		assertThat(pipeline.demand("nobody", "queue")).isZero();
	}

	@Test
	void showsTheSamePartsAsTheStatusOfTheStage() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		int[] events = { 0 };
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				StageDefinition.of("fail", StageKind.CONSUMER, () -> (ConsumerStage<Integer>) (batch, from) -> {
					if (++events[0] == 3) {
						throw new IllegalStateException("oops");
					}
				}).subscribeTo("queue", FEW).withConcurrency(2));
		assertThat(pipeline.counts("fail")).contains(EventCounts.NONE);
		assertThat(pipeline.waiting("fail")).contains(WaitingEvents.NONE);
		pipeline.start();
		for (int event = 0; event < 8; event++) {
			assertThat(queue.offer(event)).isTrue();
			run();
		}
		assertPartsAreThoseOfTheStatus(pipeline, "fail");
		assertThat(pipeline.counts("fail")).contains(new EventCounts(7, 0, 1));
		pipeline.concurrency("fail", 1);
		run();
		assertPartsAreThoseOfTheStatus(pipeline, "fail");
		assertThat(pipeline.counts("fail")).contains(new EventCounts(7, 0, 1));
		pipeline.stop("fail");
		run();
		for (int event = 0; event < 3; event++) {
			assertThat(queue.offer(event)).isTrue();
		}
		run();
		assertPartsAreThoseOfTheStatus(pipeline, "queue");
		assertThat(pipeline.waiting("queue")).contains(new WaitingEvents(0, 0, 0, 3, 3));
		assertThat(pipeline.counts("nobody")).isEmpty();
		assertThat(pipeline.waiting("nobody")).isEmpty();
	}

	@Test
	void countsWhatIsLostThoughTheStageWasDoneWithIt() {
		Pipeline pipeline = pipeline(StageDefinition.of("queue", new EventQueue<Integer>(10)),
				StageDefinition.of("count", StageKind.CONSUMER, () -> collecting(new ArrayList<>()))
					.subscribeTo("queue"));
		pipeline.countLost("count", 1);
		pipeline.start();
		run();
		pipeline.countLost("count", 2);
		pipeline.countLost("nobody", 9);
		assertPartsAreThoseOfTheStatus(pipeline, "count");
		assertThat(pipeline.counts("count")).contains(new EventCounts(0, 0, 3));
		pipeline.restart("count");
		run();
		assertThat(pipeline.counts("count")).contains(new EventCounts(0, 0, 3));
	}

	private static void assertPartsAreThoseOfTheStatus(Pipeline pipeline, String stage) {
		StageStatus numbers = pipeline.stage(stage).flatMap(ManagedStageStatus::started).orElseThrow();
		assertThat(pipeline.counts(stage)).contains(numbers.counts());
		assertThat(pipeline.waiting(stage)).contains(numbers.waiting());
	}

	@Test
	void neverCountsBackwardsOverRestarts() {
		int[] events = { 0 };
		Pipeline pipeline = pipeline(StageDefinition.of("count", counting()),
				StageDefinition.of("fail", StageKind.CONSUMER, () -> (ConsumerStage<Integer>) (batch, from) -> {
					if (++events[0] % 5 == 0) {
						throw new IllegalStateException("oops");
					}
				}).subscribeTo("count", FEW));
		pipeline.start();
		long last = 0;
		for (int step = 0; step < 500; step++) {
			runSome(1);
			long now = pipeline.counts("fail").orElseThrow().in();
			assertThat(now).isGreaterThanOrEqualTo(last);
			last = now;
		}
		assertThat(last).isPositive();
	}

	/**
	 * The executor of the system is called while the pipeline is changed. One that blocks
	 * there holds up everything that needs the lock.
	 */
	@Test
	void needsNoLockThatAChangeOfTheStageNeeds() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		boolean[] blocking = { false };
		StageSystem system = StageSystem.builder().executor((task) -> {
			if (blocking[0]) {
				entered.countDown();
				await(release);
			}
			task.run();
		}).build();
		try (system) {
			Pipeline pipeline = new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("queue", new EventQueue<Integer>(10)),
							StageDefinition.of("print", new Silent()).subscribeTo("queue", FEW),
							StageDefinition.of("late", new Silent()).subscribeTo("queue").withAutoStartup(false))),
					system);
			join(pipeline.start());
			blocking[0] = true;
			CompletableFuture<?> change = CompletableFuture.runAsync(() -> pipeline.start("late"), ON_OWN_THREAD);
			await(entered);
			try {
				CompletableFuture<StageState> state = CompletableFuture
					.supplyAsync(() -> pipeline.stage("print").orElseThrow().state(), ON_OWN_THREAD);
				CompletableFuture<Long> demand = CompletableFuture.supplyAsync(() -> pipeline.demand("print", "queue"),
						ON_OWN_THREAD);
				assertThat(state.get(30, TimeUnit.SECONDS)).isEqualTo(StageState.RUNNING);
				assertThat(demand.get(30, TimeUnit.SECONDS)).isEqualTo(4);
				assertThat(pipeline.state("late")).contains(StageState.CREATED);
				CompletableFuture<PipelineGraph> graph = CompletableFuture.supplyAsync(pipeline::graph, ON_OWN_THREAD);
				assertThat(graph.get(30, TimeUnit.SECONDS).stages()).hasSize(3);
			}
			finally {
				blocking[0] = false;
				release.countDown();
				change.get(30, TimeUnit.SECONDS);
			}
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Does nothing.
	 */
	private static final class Silent implements ConsumerStage<Integer> {

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

	}

}
