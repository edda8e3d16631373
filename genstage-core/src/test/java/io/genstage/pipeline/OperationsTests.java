package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.genstage.ConsumerStage;
import io.genstage.LogCapture;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageKind;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Starts, stops, restarts and other numbers of instances that are asked for at the same
 * time.
 */
@Timeout(120)
class OperationsTests extends PipelineFixture {

	private static final List<String> STAGES = List.of("queue", "both", "print");

	@RegisterExtension
	private final LogCapture log = new LogCapture();

	private final List<StageChange> failures = new ArrayList<>();

	private final EventQueue<Integer> queue = new EventQueue<>(100_000);

	private final Pipeline pipeline = threeStages(this.system, this.queue);

	private Pipeline threeStages(StageSystem system, EventQueue<Integer> queue) {
		return new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("queue", queue),
				StageDefinition
					.of("both", StageKind.PRODUCER_CONSUMER,
							() -> (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
					.subscribeTo("queue", FEW),
				StageDefinition.of("print", (ConsumerStage<Integer>) (events, from) -> {
				}).subscribeTo("both", FEW))), system, List.of(new PipelineListener() {
					@Override
					public void onStageChange(StageChange change) {
						if (change.to() == StageState.FAILED || change.to() == StageState.RESTARTING) {
							OperationsTests.this.failures.add(change);
						}
					}
				}));
	}

	@Test
	void takeEffectOneAfterTheOther() {
		this.pipeline.start();
		run();
		CompletableFuture<?> stopped = future(this.pipeline.stop("both"));
		CompletableFuture<?> started = future(this.pipeline.start("both"));
		CompletableFuture<?> grown = future(this.pipeline.concurrency("both", 3));
		CompletableFuture<?> restarted = future(this.pipeline.restart("both"));
		assertThat(stage(this.pipeline, "both").state()).isEqualTo(StageState.STOPPING);
		run();
		assertThat(List.of(stopped, started, grown, restarted)).allMatch((answer) -> answer.isDone());
		assertThat(List.of(stopped, started, grown, restarted)).noneMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(stage(this.pipeline, "both").instances()).hasSize(3)
			.allMatch((instance) -> instance.state() == StageState.RUNNING);
	}

	@Test
	void areToldWhenTheyCameTooLate() {
		this.pipeline.start();
		run();
		assertThatIllegalStateException().isThrownBy(() -> this.pipeline.start("both"));
		this.pipeline.restart("both");
		CompletableFuture<?> started = future(this.pipeline.start("both"));
		run();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(started::join)
			.havingCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessage("stage 'both' can't be started: it is RUNNING, the pipeline is RUNNING");
		assertThat(stage(this.pipeline, "both").state()).isEqualTo(StageState.RUNNING);
	}

	@Test
	void areDoneOnceWhenAskedForTwiceInARow() {
		int[] starts = { 0 };
		Pipeline counted = pipeline(StageDefinition.of("queue", this.queue),
				StageDefinition.of("print", StageKind.CONSUMER, () -> {
					starts[0]++;
					return (ConsumerStage<Integer>) (events, from) -> {
					};
				}).subscribeTo("queue", FEW));
		counted.start();
		run();
		List<CompletableFuture<?>> restarts = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			restarts.add(future(counted.restart("print")));
		}
		run();
		assertThat(restarts).allMatch((restart) -> restart.isDone() && !restart.isCompletedExceptionally());
		assertThat(starts[0]).isEqualTo(3);
	}

	@Test
	void areRefusedWhenThePipelineDrainsMeanwhile() {
		this.pipeline.start();
		run();
		CompletableFuture<?> restarted = future(this.pipeline.restart("print"));
		CompletableFuture<?> grown = future(this.pipeline.concurrency("print", 2));
		CompletableFuture<?> stopped = future(this.pipeline.stop("print"));
		this.pipeline.drain(Duration.ofSeconds(1));
		run();
		assertThat(restarted).isCompletedExceptionally();
		assertThat(grown).isCompletedExceptionally();
		assertThat(stopped).isCompleted();
		assertThat(this.system.stages()).isEmpty();
	}

	@Test
	void waitForAStartThatIsGivenUpWhileItIsMade() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Starting starting = new Starting(entered, release);
		try (StageSystem threads = StageSystem.create()) {
			Pipeline starts = new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("queue", this.queue),
							StageDefinition.of("starting", starting)
								.subscribeTo("queue", FEW)
								.withRestarts(RestartPolicy.defaults().withBackOff(Duration.ZERO, 1, Duration.ZERO)))),
					threads);
			join(starts.start());
			starting.slow = true;
			this.queue.offer(1);
			// The stage has failed and is being started again by the pipeline.
			entered.await();
			CompletableFuture<?> restarted = future(starts.restart("starting"));
			CompletableFuture<?> again = future(starts.restart("starting"));
			assertThat(restarted).isNotDone();
			release.countDown();
			join(restarted);
			join(again);
			assertThat(stage(starts, "starting").restarts()).isEqualTo(1);
			assertThat(stage(starts, "starting").state()).isEqualTo(StageState.RUNNING);
		}
	}

	static List<Long> seeds() {
		return new Random(37).longs(20).boxed().toList();
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void loseNothingAndFailNothingInAnyOrder(long seed) {
		Random random = new Random(seed);
		SeededExecutor executor = new SeededExecutor(seed);
		EventQueue<Integer> queue = new EventQueue<>(10_000);
		Pipeline changed = threeStages(StageSystem.builder().executor(executor).scheduler(executor).build(), queue);
		changed.start();
		int accepted = 0;
		List<CompletableFuture<?>> answers = new ArrayList<>();
		for (int step = 0; step < 400; step++) {
			accepted += queue.offer(step) ? 1 : 0;
			executor.runReady(random.nextInt(12));
			answers.add(operate(changed, random));
		}
		STAGES.forEach((stage) -> answers.add(future(changed.restart(stage))));
		executor.runReady();
		assertThat(answers).as("seed %d", seed).allMatch(CompletableFuture::isDone);
		assertRunningAndBalanced(changed, queue, accepted, "seed " + seed);
	}

	@Test
	void loseNothingAndFailNothingByManyThreads() throws Exception {
		ExecutorService operators = Executors.newFixedThreadPool(6);
		try (StageSystem threads = StageSystem.create()) {
			EventQueue<Integer> offered = new EventQueue<>(10_000);
			Pipeline changed = threeStages(threads, offered);
			join(changed.start());
			ConcurrentLinkedQueue<CompletableFuture<?>> answers = new ConcurrentLinkedQueue<>();
			List<Future<?>> operating = new ArrayList<>();
			for (int operator = 0; operator < 6; operator++) {
				Random random = new Random(operator);
				operating.add(operators.submit(() -> {
					for (int step = 0; step < 300; step++) {
						offered.offer(step);
						answers.add(operate(changed, random));
						for (int wait = random.nextInt(20_000); wait > 0; wait--) {
							Thread.onSpinWait();
						}
					}
				}));
			}
			for (Future<?> done : operating) {
				done.get(100, TimeUnit.SECONDS);
			}
			STAGES.forEach((stage) -> answers.add(future(changed.restart(stage))));
			for (CompletableFuture<?> answer : answers) {
				join(answer.handle((done, failure) -> failure));
			}
			join(changed.drain(Duration.ofSeconds(60)));
			assertRunningAndBalanced(changed, offered, (int) numbers(changed, "queue").out(), "threads");
		}
		finally {
			operators.shutdownNow();
		}
	}

	private static CompletableFuture<?> operate(Pipeline pipeline, Random random) {
		String stage = STAGES.get(random.nextInt(3));
		try {
			return future(switch (random.nextInt(6)) {
				case 0 -> pipeline.start(stage);
				case 1 -> pipeline.stop(stage);
				case 2 -> stage.equals("queue") ? pipeline.restart(stage)
						: pipeline.concurrency(stage, 1 + random.nextInt(3));
				case 3 -> pipeline.reset(stage);
				default -> pipeline.restart(stage);
			});
		}
		catch (IllegalStateException refused) {
			return CompletableFuture.failedFuture(refused);
		}
	}

	private void assertRunningAndBalanced(Pipeline pipeline, EventQueue<Integer> queue, int offered, String title) {
		assertThat(this.failures).as(title).isEmpty();
		for (String stage : STAGES) {
			assertThat(stage(pipeline, stage).restarts()).as(title).isZero();
			assertThat(numbers(pipeline, stage).discarded()).as(title).isZero();
			assertThat(stage(pipeline, stage).instances()).as(title)
				.extracting(InstanceStatus::state)
				.doesNotContain(StageState.FAILED, StageState.STARTING, StageState.STOPPING);
		}
		assertThat(queue.size()).as(title).isZero();
		assertThat(numbers(pipeline, "print").in()).as(title).isEqualTo(offered);
	}

	/**
	 * Fails at its first event, and then takes its time to start once.
	 */
	private static final class Starting implements ConsumerStage<Integer> {

		private final CountDownLatch entered;

		private final CountDownLatch release;

		private volatile boolean slow;

		Starting(CountDownLatch entered, CountDownLatch release) {
			this.entered = entered;
			this.release = release;
		}

		@Override
		public void onStart(StageContext context) throws Exception {
			if (this.slow) {
				this.entered.countDown();
				this.release.await();
			}
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			throw new IllegalStateException("broken");
		}

	}

}
