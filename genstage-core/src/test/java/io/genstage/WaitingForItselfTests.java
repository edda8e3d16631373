package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A callback that waits for what can't happen before it returns.
 */
@Timeout(60)
class WaitingForItselfTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final EventQueue<Integer> queue = new EventQueue<>(10);

	private final List<Throwable> refusals = new ArrayList<>();

	private Function<Pipeline, CompletionStage<?>> waitedFor;

	private final Pipeline pipeline = new Pipeline(
			PipelineGraph
				.of(List.of(StageDefinition.of("queue", this.queue),
						StageDefinition.of("store", (ConsumerStage<Integer>) (events, from) -> waitInCallback())
							.subscribeTo("queue"),
						StageDefinition.of("other", (ConsumerStage<Integer>) (events, from) -> {
						}).subscribeTo("queue").withAutoStartup(false))),
			this.system);

	private void waitInCallback() {
		try {
			this.waitedFor.apply(this.pipeline).toCompletableFuture().get(50, TimeUnit.SECONDS);
		}
		catch (Exception refusal) {
			this.refusals.add(refusal);
		}
	}

	static Stream<Arguments> results() {
		return Stream.of(result("stop", (pipeline) -> pipeline.stop("store")),
				result("restart", (pipeline) -> pipeline.restart("store")),
				result("pause", (pipeline) -> pipeline.pause("store")),
				result("resume", (pipeline) -> pipeline.resume("store")),
				result("demand", (pipeline) -> pipeline.demand("store", 10, 5)),
				result("concurrency", (pipeline) -> pipeline.concurrency("store", 2)),
				result("reset after a change", (pipeline) -> {
					pipeline.stop("store");
					return pipeline.reset("store");
				}), result("drain", (pipeline) -> pipeline.drain(Duration.ofSeconds(1))),
				result("end", Pipeline::whenEnded),
				result("what follows", (pipeline) -> pipeline.stop("store").thenApply((stopped) -> "stopped")),
				result("what is composed",
						(pipeline) -> pipeline.pause("store").thenCompose((paused) -> pipeline.resume("store"))),
				result("stage: stop", (pipeline) -> self().stop(ExitReason.SHUTDOWN)),
				result("stage: end", (pipeline) -> self().whenStopped()),
				result("stage: pause", (pipeline) -> self().pause()),
				result("stage: call", (pipeline) -> self().call("what?", Duration.ofSeconds(1))),
				result("stage: message", (pipeline) -> self().tellBehindEvents("last")));
	}

	private static Arguments result(String name, Function<Pipeline, CompletionStage<?>> waitedFor) {
		return arguments(name, waitedFor);
	}

	private static StageRef self() {
		return StageRef.current().orElseThrow();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("results")
	void isRefused(String name, Function<Pipeline, CompletionStage<?>> waitedFor) {
		this.waitedFor = waitedFor;
		this.pipeline.start();
		this.executor.runReady();
		this.queue.offer(1);
		this.executor.runReady();
		assertThat(this.refusals).singleElement()
			.isInstanceOfSatisfying(IllegalStateException.class,
					(refusal) -> assertThat(refusal).hasMessageStartingWith(
							"stage 'store' must not wait for what can't happen before its callback returns"));
	}

	@Test
	void isNoneWhenTheResultIsThere() {
		this.waitedFor = (pipeline) -> pipeline.stop("other");
		this.pipeline.start();
		this.executor.runReady();
		this.queue.offer(1);
		this.executor.runReady();
		assertThat(this.refusals).isEmpty();
	}

	@Test
	void isNoneForAnotherThreadOrAnotherStage() throws InterruptedException {
		CountDownLatch waited = new CountDownLatch(1);
		try (StageSystem threads = StageSystem.create()) {
			StageRef stopped = threads.start("stopped", (ConsumerStage<Integer>) (events, from) -> {
			});
			StageRef waiting = threads.start("waiting", new ProducerStage<Integer>() {
				@Override
				public List<Integer> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public List<Integer> onInfo(Object message) {
					stopped.stop(ExitReason.SHUTDOWN).toCompletableFuture().join();
					waited.countDown();
					return List.of();
				}
			});
			waiting.tell("wait");
			assertThat(waited.await(50, TimeUnit.SECONDS)).isTrue();
			assertThat(waiting.stop(ExitReason.SHUTDOWN).toCompletableFuture().join()).isEqualTo(ExitReason.SHUTDOWN);
		}
	}

	@Test
	void isRefusedInWorkThatAStageHasGivenAway() throws InterruptedException {
		CountDownLatch waited = new CountDownLatch(1);
		try (StageSystem threads = StageSystem.create()) {
			StageRef stage = threads.start("working", new ConsumerStage<Integer>() {
				private StageContext context;

				@Override
				public void onStart(StageContext context) {
					this.context = context;
				}

				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
				}

				@Override
				public void onInfo(Object message) {
					this.context.execute(this.context.executor(), () -> {
						try {
							this.context.self().whenStopped().toCompletableFuture().join();
						}
						catch (IllegalStateException refusal) {
							WaitingForItselfTests.this.refusals.add(refusal);
							waited.countDown();
						}
					});
				}
			});
			stage.tell("go");
			assertThat(waited.await(50, TimeUnit.SECONDS)).isTrue();
			assertThat(this.refusals).first().isInstanceOf(IllegalStateException.class);
		}
	}

}
