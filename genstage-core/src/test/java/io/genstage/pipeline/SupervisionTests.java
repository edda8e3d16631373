package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageStatus;
import io.genstage.Subscription;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SupervisionTests extends PipelineFixture {

	private static final RestartPolicy POLICY = RestartPolicy.defaults()
		.withBackOff(Duration.ofSeconds(1), 2, Duration.ofSeconds(60))
		.withLimit(2, Duration.ofSeconds(100));

	private final List<Integer> handled = new ArrayList<>();

	@Test
	void restartsAFailedConsumerAfterAPauseAndConnectsItAgain() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(20))),
				failing("flaky", 5).subscribeTo("numbers", FEW).withRestarts(POLICY));
		pipeline.start();
		run();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.RUNNING);
		assertThat(pipeline.status().demand("flaky", "numbers")).isZero();
		this.executor.advance(Duration.ofMillis(999));
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		this.executor.advance(Duration.ofMillis(1));
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(stage(pipeline, "flaky").restarts()).isEqualTo(1);
		StageStatus flaky = numbers(pipeline, "flaky");
		assertThat(flaky.in()).isEqualTo(this.handled.size());
		assertThat(flaky.discarded()).isBetween(1L, 4L);
		assertThat(flaky.in() + flaky.discarded()).isEqualTo(20);
		assertThat(pipeline.status().edge("flaky", "numbers")).hasValueSatisfying((edge) -> {
			assertThat(edge.sent()).isEqualTo(20);
			assertThat(edge.settled()).isEqualTo(20);
			assertThat(edge.demand()).isZero();
			assertThat(edge.subscriptions()).isEmpty();
		});
	}

	@Test
	void asksForNoMoreThanOnceAfterARestart() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				failing("flaky", 0).subscribeTo("queue", FEW).withRestarts(POLICY));
		pipeline.start();
		run();
		queue.offer(0);
		run();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(pipeline.status().demand("flaky", "queue")).isEqualTo(4);
		assertThat(numbers(pipeline, "queue").demand()).isEqualTo(4);
		for (int number = 1; number <= 50; number++) {
			queue.offer(number);
		}
		run();
		assertThat(this.handled).hasSize(50);
	}

	@Test
	void restartsAProducerThatHoldsItsDemandUntilItIsConnected() {
		List<String> story = new ArrayList<>();
		Pipeline pipeline = pipeline(StageDefinition.of("source", new FailingSource(story)).withRestarts(POLICY),
				collector("a").subscribeTo("source", FEW), collector("b").subscribeTo("source", FEW));
		pipeline.start();
		run();
		assertThat(story).containsExactly("start", "demand 4");
		assertThat(stage(pipeline, "source").state()).isEqualTo(StageState.RESTARTING);
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(story).containsExactly("start", "demand 4", "start", "demand 4", "demand 4");
		assertThat(numbers(pipeline, "source").demand()).isEqualTo(8);
		assertThat(pipeline.status().demand("a", "source")).isEqualTo(4);
	}

	@Test
	void failsForGoodAfterTooManyRestartsWithinThePeriod() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				StageDefinition.of("broken", (ConsumerStage<Integer>) (events, from) -> {
					throw new IllegalStateException("broken");
				}).subscribeTo("queue", FEW).withRestarts(POLICY));
		pipeline.start();
		for (int failures = 0; failures < 10; failures++) {
			queue.offer(failures);
			this.executor.advance(Duration.ofSeconds(60));
			assertThat(stage(pipeline, "broken").state()).isEqualTo(StageState.RUNNING);
		}
		for (int failures = 0; failures < 2; failures++) {
			queue.offer(failures);
			this.executor.advance(Duration.ofSeconds(4));
		}
		assertThat(stage(pipeline, "broken").state()).isEqualTo(StageState.FAILED);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.FAILED);
		assertThat(stage(pipeline, "queue").state()).isEqualTo(StageState.RUNNING);
		assertThat(stage(pipeline, "broken").instances().get(0).cause()).isInstanceOf(ExitReason.Failure.class);
		assertThat(numbers(pipeline, "queue").demand()).isZero();
		assertThat(queue.offer(99)).isFalse();
	}

	@Test
	void completesAStageWhoseProducersCompletedWhileItWasBetweenRuns() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(3))),
				both().subscribeTo("numbers", FEW), failing("flaky", 0).subscribeTo("both", FEW).withRestarts(POLICY));
		pipeline.start();
		run();
		assertThat(stage(pipeline, "both").state()).isEqualTo(StageState.COMPLETED);
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.RUNNING);
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
	}

	@Test
	void keepsWhatWaitsForAStageBetweenRuns() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(30))),
				both().subscribeTo("numbers", FEW), failing("flaky", 0).subscribeTo("both", FEW).withRestarts(POLICY));
		pipeline.start();
		this.executor.runToRest(10_000);
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(numbers(pipeline, "flaky").in() + numbers(pipeline, "flaky").discarded()).isEqualTo(30);
		assertThat(numbers(pipeline, "both").discarded()).isZero();
	}

	@Test
	void doesNotRestartWhatCannotGoOnWhereItStopped() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.stream(numbersUpTo(9).stream().map((n) -> {
			if (n == 6) {
				throw new IllegalStateException("unreadable");
			}
			return n;
		}))), collector("a").subscribeTo("numbers", FEW));
		pipeline.start();
		run();
		assertThat(stage(pipeline, "numbers").state()).isEqualTo(StageState.FAILED);
		assertThat(stage(pipeline, "numbers").instances().get(0).cause())
			.hasToString("failure (java.lang.IllegalStateException: unreadable)");
		assertThat(stage(pipeline, "numbers").restarts()).isZero();
	}

	@Test
	void triesAgainWhenAStageCannotStartForNow() {
		Unready unready = new Unready(2);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(3))),
				StageDefinition.of("unready", unready)
					.subscribeTo("numbers", FEW)
					.withAutoStartup(false)
					.withRestarts(POLICY));
		pipeline.start();
		CompletableFuture<?> started = future(pipeline.start("unready"));
		run();
		assertThat(started).isCompletedExceptionally();
		assertThat(stage(pipeline, "unready").state()).isEqualTo(StageState.RESTARTING);
		this.executor.advance(Duration.ofSeconds(3));
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(stage(pipeline, "unready").restarts()).isEqualTo(2);
		assertThat(numbers(pipeline, "unready").in()).isEqualTo(3);
	}

	@Test
	void restartsOneInstanceOnly() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", counting()),
				failing("flaky", 7).withConcurrency(3).subscribeTo("numbers", FEW).withRestarts(POLICY));
		pipeline.start();
		runSome(200);
		assertThat(stage(pipeline, "flaky").instances()).extracting(InstanceStatus::state)
			.containsOnlyOnce(StageState.RESTARTING)
			.contains(StageState.RUNNING);
	}

	@Test
	void waitsForARestartWhileItDrains() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		numbersUpTo(20).forEach(queue::offer);
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				failing("flaky", 3).subscribeTo("queue", FEW).withRestarts(POLICY));
		pipeline.start();
		CompletableFuture<DrainReport> report = pipeline.drain(Duration.ofSeconds(10)).toCompletableFuture();
		run();
		assertThat(report).isNotDone();
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(report).isCompleted();
		assertThat(report.join().remainders()).singleElement()
			.satisfies((flaky) -> assertThat(flaky.finished() + flaky.lost()).isEqualTo(20))
			.returns(0L, DrainReport.Outcome::left);
	}

	@Test
	void restartsNothingBehindTheDeadlineOfADrain() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		queue.offer(3);
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				failing("flaky", 3).subscribeTo("queue", FEW).withRestarts(POLICY));
		pipeline.start();
		run();
		CompletableFuture<DrainReport> report = pipeline.drain(Duration.ofMillis(500)).toCompletableFuture();
		this.executor.advance(Duration.ofMillis(500));
		assertThat(report).isCompleted();
		this.executor.advance(Duration.ofSeconds(10));
		assertThat(this.system.stages()).isEmpty();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.STOPPED);
	}

	private StageDefinition collector(String name) {
		return StageDefinition.of(name, collecting(this.handled));
	}

	private static StageDefinition both() {
		return StageDefinition.of("both", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events);
	}

	/** Fails once, when it meets a number. */
	private StageDefinition failing(String name, int number) {
		boolean[] failed = { false };
		return StageDefinition.of(name, (ConsumerStage<Integer>) (events, from) -> {
			if (!failed[0] && events.contains(number)) {
				failed[0] = true;
				throw new IllegalStateException("no " + number);
			}
			this.handled.addAll(events);
		});
	}

	/**
	 * Fails at the first demand.
	 */
	private record FailingSource(List<String> story) implements ProducerStage<Integer> {

		@Override
		public void onStart(StageContext context) {
			this.story.add("start");
		}

		@Override
		public List<Integer> handleDemand(long demand) {
			this.story.add("demand " + demand);
			if (this.story.size() == 2) {
				throw new IllegalStateException("no source");
			}
			return List.of();
		}

	}

	/**
	 * Can't be started at first.
	 */
	private static final class Unready implements ConsumerStage<Integer> {

		private int attempts;

		Unready(int attempts) {
			this.attempts = attempts;
		}

		@Override
		public void onStart(StageContext context) {
			if (this.attempts-- > 0) {
				throw new IllegalStateException("not ready");
			}
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

	}

}
