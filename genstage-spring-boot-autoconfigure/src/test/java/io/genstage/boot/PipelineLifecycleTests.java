package io.genstage.boot;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PipelineLifecycle}.
 */
@ExtendWith(OutputCaptureExtension.class)
class PipelineLifecycleTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class Phase {

		@Test
		void isBeforeTheWebServer() {
			PipelineLifecycleTests.this.contextRunner
				.run((context) -> assertThat(context.getBean(PipelineLifecycle.class).getPhase())
					.isEqualTo(Integer.MAX_VALUE - 4096));
		}

		@Test
		void isAProperty() {
			PipelineLifecycleTests.this.contextRunner.withPropertyValues("genstage.lifecycle.phase=7")
				.run((context) -> assertThat(context.getBean(PipelineLifecycle.class).getPhase()).isEqualTo(7));
		}

	}

	@Nested
	class AtTheStart {

		@Test
		void drawsTheGraph(CapturedOutput output) {
			PipelineLifecycleTests.this.contextRunner
				.withBean("desk", Desk.class, () -> new Desk(new Sink(), new CountDownLatch(0)))
				.withUserConfiguration(Line.class)
				.run((context) -> assertThat(output.getOut().lines()).containsSequence("line", "\\- desk (demand 2/1)")
					.anyMatch((line) -> line
						.endsWith("INFO io.genstage.boot.PipelineLifecycle -- " + "Started pipeline 'line':")));
		}

	}

	@Nested
	class AtTheEnd {

		@Test
		void finishesWhatIsUnderWay() {
			Sink sink = new Sink();
			CountDownLatch go = new CountDownLatch(1);
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class, () -> new Desk(sink, go))
				.withUserConfiguration(Line.class)
				.run((context) -> {
					for (int reader = 1; reader <= 20; reader++) {
						assertThat(line(context).offer(reader)).isTrue();
					}
					go.countDown();
				});
			assertThat(sink.events()).hasSize(20);
		}

		@Test
		@Timeout(20)
		void tellsWhatIsNotFinishedInTime(CapturedOutput output) {
			CountDownLatch never = new CountDownLatch(1);
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class, () -> new Desk(new Sink(), never))
				.withUserConfiguration(Line.class)
				.withPropertyValues("genstage.lifecycle.drain-timeout=50ms")
				.run((context) -> {
					assertThat(line(context).offer(1)).isTrue();
					Awaitility.await().until(() -> context.getBean(Desk.class).busy);
				});
			assertThat(output).contains("pipeline 'line' has not been drained")
				.contains("stage 'desk' was still running with 1 events left and 0 lost");
		}

		@Test
		void callsBackOnce() {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.run((context) -> {
					AtomicInteger calls = new AtomicInteger();
					PipelineLifecycle lifecycle = context.getBean(PipelineLifecycle.class);
					lifecycle.stop(calls::incrementAndGet);
					Awaitility.await().untilAtomic(calls, org.hamcrest.Matchers.is(1));
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(calls).hasValue(1);
					assertThat(lifecycle.isRunning()).isFalse();
				});
		}

		@Test
		void doesNotBlockItsCaller() {
			CountDownLatch go = new CountDownLatch(1);
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class, () -> new Desk(new Sink(), go))
				.withUserConfiguration(Line.class)
				.run((context) -> {
					assertThat(line(context).offer(1)).isTrue();
					AtomicInteger calls = new AtomicInteger();
					context.getBean(PipelineLifecycle.class).stop(calls::incrementAndGet);
					assertThat(calls).hasValue(0);
					go.countDown();
					Awaitility.await().untilAtomic(calls, org.hamcrest.Matchers.is(1));
				});
		}

		@Test
		void warnsAtTheStartIfItsPhaseIsShorter(CapturedOutput output) {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.withPropertyValues("genstage.lifecycle.drain-timeout=5s",
						"spring.lifecycle.timeout-per-shutdown-phase=4s")
				.run((context) -> assertThat(output).contains("genstage.lifecycle.drain-timeout (5s) is longer than "
						+ "spring.lifecycle.timeout-per-shutdown-phase (4s): "
						+ "pipelines may be cut off while they drain"));
		}

		@Test
		void doesNotWarnByDefault(CapturedOutput output) {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.run((context) -> assertThat(output).doesNotContain("drain-timeout"));
		}

	}

	@Nested
	class WithAContextThatIsUsedAgain {

		@Test
		void runsAnewAfterAStop() {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.run((context) -> {
					assertThat(line(context).offer(1)).isTrue();
					TestContexts.sink(context).awaitExactly(1);
					context.getSourceApplicationContext().stop();
					assertThat(line(context).offer(2)).isFalse();
					context.getSourceApplicationContext().start();
					TestContexts.awaitState(context, PipelineState.RUNNING);
					assertThat(line(context).offer(3)).isTrue();
					TestContexts.sink(context).awaitExactly(1, 3);
				});
		}

		@Test
		void isNotPaused() {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.run((context) -> {
					context.getSourceApplicationContext().pause();
					assertThat(line(context).offer(1)).isTrue();
					TestContexts.sink(context).awaitExactly(1);
					context.getSourceApplicationContext().restart();
					assertThat(line(context).offer(2)).isTrue();
					TestContexts.sink(context).awaitExactly(1, 2);
				});
		}

		@Test
		void leavesNothingAfterTwentyContexts() {
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			List<WeakReference<StageSystem>> systems = new ArrayList<>();
			for (int round = 0; round < 20; round++) {
				PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
					.withUserConfiguration(Line.class)
					.withBean(GenStageMetrics.class)
					.run((context) -> {
						context.getBean(GenStageMetrics.class).bindTo(meters);
						assertThat(meters.getMeters()).isNotEmpty();
						systems.add(new WeakReference<>(context.getBean(StageSystem.class)));
						assertThat(line(context).offer(1)).isTrue();
						TestContexts.sink(context).awaitExactly(1);
					});
				assertThat(meters.getMeters()).isEmpty();
			}
			TestContexts.awaitNoThreads();
			Awaitility.await().until(() -> {
				System.gc();
				return systems.stream().allMatch((system) -> system.refersTo(null));
			});
		}

	}

	@Nested
	class WithTwoContexts {

		@Test
		void runsTheSameStagesInEach() {
			ApplicationContextRunner runner = PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class);
			runner.run((one) -> runner.run((other) -> {
				assertThat(line(one).offer(1)).isTrue();
				assertThat(line(other).offer(2)).isTrue();
				TestContexts.sink(one).awaitExactly(1);
				TestContexts.sink(other).awaitExactly(2);
			}));
		}

		@Test
		void goesOnInOneWhenTheOtherIsClosed() {
			ApplicationContextRunner runner = PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class);
			runner.run((one) -> {
				runner.run((other) -> TestContexts.registry(other).pause("desk"));
				assertThat(line(one).offer(1)).isTrue();
				TestContexts.sink(one).awaitExactly(1);
			});
		}

		@Test
		void startsTheStagesOfAParentOnce() {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class)
				.run((parent) -> TestContexts.runner().withParent(parent).run((child) -> {
					assertThat(TestContexts.registry(child)).isSameAs(TestContexts.registry(parent));
					assertThat(line(parent).offer(1)).isTrue();
					TestContexts.sink(parent).awaitExactly(1);
				}));
		}

	}

	@Nested
	class WithAChildContext {

		private final ApplicationContextRunner parentRunner = PipelineLifecycleTests.this.contextRunner
			.withBean("desk", Desk.class)
			.withUserConfiguration(Line.class);

		@Test
		void goesOnWhenTheChildIsClosed() {
			this.parentRunner.run((parent) -> {
				TestContexts.runner().withParent(parent).run((child) -> assertThat(child).hasNotFailed());
				assertThat(line(parent).offer(1)).isTrue();
				TestContexts.sink(parent).awaitExactly(1);
			});
		}

		@Test
		void runsTheStagesOfTheParentOnly() {
			this.parentRunner.run((parent) -> TestContexts.runner()
				.withParent(parent)
				.withUserConfiguration(Own.class)
				.run((child) -> {
					assertThat(child).hasNotFailed().hasBean("own");
					assertThat(TestContexts.registry(child).stage("own")).isEmpty();
					assertThat(child.getBeansOfType(PipelineLifecycle.class)).isEmpty();
				}));
		}

		@Test
		void runsTheStagesOfAChildWhoseParentHasNone() {
			new ApplicationContextRunner().run((parent) -> this.parentRunner.withParent(parent).run((child) -> {
				assertThat(line(child).offer(1)).isTrue();
				TestContexts.sink(child).awaitExactly(1);
			}));
		}

	}

	@Nested
	class WithAStageThatCanNotStart {

		@Test
		void failsTheContextAndDrainsTheOthers(CapturedOutput output) {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.withUserConfiguration(Line.class, Broken.class)
				.run((context) -> assertThat(context).getFailure()
					.cause()
					.isInstanceOf(StageStartException.class)
					.hasMessage("stage 'broken' could not start: java.io.IOException: no connection"));
			assertThat(output).contains("pipeline 'line' has been drained, nothing is left");
		}

		@Test
		void startsNothingIfTheGraphIsWrong() {
			PipelineLifecycleTests.this.contextRunner.withBean("desk", Desk.class)
				.run((context) -> assertThat(context).getFailure().isInstanceOf(StageWiringException.class));
			assertThat(TestContexts.threads()).isEmpty();
		}

	}

	@SuppressWarnings("unchecked") // it is one of readers
	private static EventQueue<Integer> line(ApplicationContext context) {
		return context.getBean("line", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@Producer
		EventQueue<Integer> line() {
			return new EventQueue<>(100);
		}

	}

	@Consumer(name = "desk", subscribeTo = "line", maxDemand = 2, minDemand = 1)
	static class Desk implements java.util.function.Consumer<Integer> {

		private final Sink sink;

		private final CountDownLatch go;

		volatile boolean busy;

		@org.springframework.beans.factory.annotation.Autowired
		Desk(Sink sink) {
			this(sink, new CountDownLatch(0));
		}

		Desk(Sink sink, CountDownLatch go) {
			this.sink = sink;
			this.go = go;
		}

		@Override
		public void accept(Integer reader) {
			this.busy = true;
			try {
				this.go.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
			this.sink.add(reader);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		@Producer
		List<Integer> own() {
			return List.of(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		@Producer
		List<Integer> zeros() {
			return List.of(0);
		}

		@Bean
		@Consumer(subscribeTo = "zeros")
		ConsumerStage<Integer> broken() {
			return new ConsumerStage<>() {

				@Override
				public void onStart(StageContext context) throws Exception {
					throw new java.io.IOException("no connection");
				}

				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
				}

			};
		}

	}

}
