package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.StageStatus;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.boot.handler.GenStageHeaders;
import io.genstage.failure.FailurePolicy;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageState;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;
import io.genstage.task.Tasks;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consumers that have a task for each event. The tasks wait until the test ends them.
 */
@ExtendWith(OutputCaptureExtension.class)
class TaskPerEventTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withBean(Numbers.class)
		.withBean(Works.class)
		.withPropertyValues("genstage.lifecycle.drain-timeout=1ms");

	@Nested
	class Demand {

		private final ApplicationContextRunner contextRunner = TaskPerEventTests.this.contextRunner
			.withBean(Ship.class);

		@Test
		void isTheNumberOfTasksAtOnceAndTheMinimumTheSizeOfTheRefill() {
			this.contextRunner
				.withPropertyValues("genstage.stages.ship.max-demand=4", "genstage.stages.ship.min-demand=2")
				.run((context) -> {
					Works works = works(context);
					works.awaitBegun(1, 2, 3, 4);
					Awaitility.await().untilAsserted(() -> assertThat(numbers(context).backlog()).isEqualTo(4));
					works.end(2);
					Awaitility.await().untilAsserted(() -> assertThat(numbers(context).backlog()).isEqualTo(3));
					assertThat(works.begun).containsOnlyKeys(1, 2, 3, 4);
					works.end(4);
					works.awaitBegun(1, 2, 3, 4, 5, 6);
					assertThat(numbers(context).in()).isEqualTo(2);
				});
		}

		@Test
		void changesWhileTasksRun() {
			this.contextRunner
				.withPropertyValues("genstage.stages.ship.max-demand=2", "genstage.stages.ship.min-demand=0")
				.run((context) -> {
					Works works = works(context);
					works.awaitBegun(1, 2);
					TestContexts.registry(context).demand("ship", 5, 0).toCompletableFuture().join();
					works.awaitBegun(1, 2, 3, 4, 5);
					TestContexts.registry(context).reset("ship").toCompletableFuture().join();
					works.end(1, 3, 4, 5);
					works.awaitBegun(1, 2, 3, 4, 5, 6);
				});
		}

		@Test
		void isTenAndFiveByDefault(CapturedOutput output) {
			this.contextRunner.run((context) -> {
				assertThat(demand(context)).isEqualTo(SubscribeOptions.defaults().withMaxDemand(10));
				works(context).awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
				assertThat(output).contains("ship (demand 10/5, a task for each event)");
			});
		}

		@Test
		void isTenAndFiveForEachOfSeveralInstances() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.concurrency=2")
				.run((context) -> Awaitility.await().untilAsserted(() -> assertThat(works(context).begun).hasSize(20)));
		}

		@Test
		void isThatOfTheDefaultsIfTheySayOne() {
			this.contextRunner.withPropertyValues("genstage.defaults.max-demand=3")
				.run((context) -> assertThat(demand(context)).isEqualTo(SubscribeOptions.defaults().withMaxDemand(3)));
		}

		@Test
		void isHeldBackByAPause() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.max-demand=1").run((context) -> {
				works(context).awaitBegun(1);
				TestContexts.registry(context).pause("ship").toCompletableFuture().join();
				works(context).end(1);
				Awaitility.await().untilAsserted(() -> assertThat(numbers(context).backlog()).isZero());
				assertThat(works(context).begun).containsOnlyKeys(1);
				TestContexts.registry(context).resume("ship").toCompletableFuture().join();
				works(context).awaitBegun(1, 2);
			});
		}

		@Test
		void isKeptOverARestartWhenItWasChanged() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.max-demand=1").run((context) -> {
				works(context).awaitBegun(1);
				TestContexts.registry(context).demand("ship", 2, 0).toCompletableFuture().join();
				works(context).awaitBegun(1, 2);
				CompletionStage<Void> restarted = TestContexts.registry(context).restart("ship");
				works(context).end(1, 2);
				restarted.toCompletableFuture().join();
				works(context).awaitBegun(1, 2, 3, 4);
				assertThat(numbers(context).discarded()).isZero();
			});
		}

		private static SubscribeOptions demand(ApplicationContext context) {
			return TestContexts.registry(context).pipelines().get(0).edges().get(0).options();
		}

	}

	@Nested
	class Failures {

		private final ApplicationContextRunner contextRunner = TaskPerEventTests.this.contextRunner.withBean(Ship.class)
			.withBean(Changes.class)
			.withPropertyValues("genstage.stages.ship.max-demand=2", "genstage.stages.ship.min-demand=1",
					"genstage.defaults.restart.first-delay=1ms");

		@Test
		void areTriedAgainByTheFailurePolicy() {
			this.contextRunner.withPropertyValues("genstage.defaults.failure.retry.delay=1ms").run((context) -> {
				works(context).awaitBegun(1, 2);
				works(context).fail(1);
				Awaitility.await().untilAsserted(() -> assertThat(works(context).begun).containsEntry(1, 2));
				assertThat(works(context).begun).containsOnlyKeys(1, 2);
				works(context).end(1);
				works(context).awaitBegun(1, 2, 3);
				assertThat(numbers(context).counts().retried()).isEqualTo(1);
				assertThat(numbers(context).discarded()).isZero();
				assertThat(stage(context).restarts()).isZero();
			});
		}

		@Test
		void becomeDeadLettersWhenNoAttemptIsLeft() {
			this.contextRunner
				.withPropertyValues("genstage.stages.ship.failure.retry.max-retries=0",
						"genstage.stages.ship.failure.retry.delay=1ms")
				.run((context) -> {
					works(context).awaitBegun(1, 2);
					works(context).end(2);
					works(context).awaitBegun(1, 2, 3);
					works(context).fail(1);
					// It makes room for one that may decide.
					works(context).awaitBegun(1, 2, 3, 4);
					works(context).end(3);
					// A success between shows that the event is at fault: it gets its
					// last try.
					Awaitility.await().untilAsserted(() -> assertThat(works(context).begun).containsEntry(1, 2));
					works(context).fail(1);
					Awaitility.await()
						.untilAsserted(() -> assertThat(numbers(context).counts().deadLettered()).isEqualTo(1));
				});
		}

		@Test
		void areDecidedByTheirOwnRestartsIfTheseAreSaid(CapturedOutput output) {
			this.contextRunner.withPropertyValues("genstage.stages.ship.task-per-event.restart=temporary")
				.run((context) -> {
					works(context).awaitBegun(1, 2);
					assertThat(failurePolicy(context, "ship")).isNull();
					assertThat(output)
						.containsOnlyOnce("is deprecated: the tasks of stage 'ship' have no failure policy")
						.contains("property 'genstage.stages.ship.task-per-event.restart'");
				});
		}

		@Test
		void haveAPolicyByDefault(CapturedOutput output) {
			this.contextRunner.run((context) -> {
				assertThat(failurePolicy(context, "ship")).isNotNull();
				assertThat(output).doesNotContain("deprecated");
			});
		}

		@Test
		void discardOneEventAndTheStageGoesOn() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.failure.enabled=false").run((context) -> {
				works(context).awaitBegun(1, 2);
				works(context).fail(1);
				works(context).awaitBegun(1, 2, 3);
				assertThat(numbers(context).discarded()).isEqualTo(1);
				assertThat(numbers(context).in()).isZero();
				assertThat(stage(context).state()).isEqualTo(StageState.RUNNING);
				assertThat(stage(context).restarts()).isZero();
				assertThat(health(context)).isEqualTo(Status.UP);
			});
		}

		@Test
		void letTransientTasksRunAgainInTheirPlaces() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.task-per-event.restart=transient")
				.run((context) -> {
					works(context).awaitBegun(1, 2);
					works(context).fail(1);
					Awaitility.await().untilAsserted(() -> assertThat(works(context).begun).containsEntry(1, 2));
					assertThat(works(context).begun).containsOnlyKeys(1, 2);
					works(context).end(1);
					works(context).awaitBegun(1, 2, 3);
					assertThat(numbers(context).discarded()).isZero();
				});
		}

		@Test
		void overTheLimitAreThatOfTheStageWhichIsStartedAgain() {
			this.contextRunner
				.withPropertyValues("genstage.stages.ship.task-per-event.restart=transient",
						"genstage.stages.ship.task-per-event.max-restarts=0")
				.run((context) -> {
					works(context).awaitBegun(1, 2);
					works(context).fail(1);
					works(context).awaitBegun(1, 2, 3, 4);
					assertThat(stage(context).restarts()).isEqualTo(1);
					assertThat(numbers(context).discarded()).isEqualTo(2);
					assertThat(health(context)).isEqualTo(Status.UP);
				});
		}

		@Test
		void overBothLimitsAreFinalAndTellTheCause() {
			this.contextRunner.withPropertyValues("genstage.stages.ship.task-per-event.restart=transient",
					"genstage.stages.ship.task-per-event.max-restarts=0", "genstage.stages.ship.restart.max-restarts=0")
				.run((context) -> {
					works(context).awaitBegun(1, 2);
					works(context).fail(1);
					Awaitility.await()
						.untilAsserted(() -> assertThat(stage(context).state()).isEqualTo(StageState.FAILED));
					assertThat(stage(context).instances()).extracting(InstanceStatus::cause)
						.singleElement()
						.isInstanceOfSatisfying(ExitReason.Failure.class,
								(failure) -> assertThat(failure.cause()).hasMessage("work 1 has failed"));
					assertThat(health(context)).isEqualTo(Status.DOWN);
					Awaitility.await()
						.untilAsserted(
								() -> assertThat(context.getBean(Changes.class).states).contains(StageState.FAILED));
				});
		}

	}

	@Nested
	class Handlers {

		@Test
		void mayTakeAMessageAndTheSubscription() {
			run(TakesMessage.class, "1 of numbers by keep");
		}

		@Test
		void mayReturnWhatIsWaitedFor() {
			runOne(Returns.class).withPropertyValues("genstage.stages.keep.failure.enabled=false").run((context) -> {
				Returns returns = context.getBean(Returns.class);
				Awaitility.await().untilAsserted(() -> assertThat(returns.works).hasSize(1));
				returns.works.get(0).complete(null);
				Awaitility.await().untilAsserted(() -> assertThat(returns.works).hasSize(2));
				returns.works.get(1).completeExceptionally(new IllegalStateException("broken"));
				Awaitility.await().untilAsserted(() -> assertThat(returns.works).hasSize(3));
				assertThat(numbers(context, "keep").discarded()).isEqualTo(1);
			});
		}

		@Test
		void mayBeReactive() {
			runOne(Reactive.class).run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).startsWith(1, 2, 3)));
		}

		@Test
		void mayBeStages() {
			run(IsStage.class, "[1] by genstage-keep");
		}

		@Test
		void mayBeFunctionsOfTheJdk() {
			runOne(Functions.class).run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).startsWith(1, 2, 3)));
		}

		@Test
		void areCalledThroughTheirProxies() {
			TaskPerEventTests.this.contextRunner.withUserConfiguration(Proxies.class)
				.withBean("advised", Ship.class)
				.run((context) -> {
					works(context).awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
					assertThat(TestContexts.sink(context).events()).hasSize(10).containsOnly("advice");
				});
		}

		@ParameterizedTest
		@ValueSource(booleans = { false, true })
		void runOnThreadsOfTheStage(boolean virtualThreads) {
			TaskPerEventTests.this.contextRunner.withBean(Ship.class)
				.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads)
				.run((context) -> {
					works(context).awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
					assertThat(works(context).threads).hasSize(10).containsOnly("genstage-ship");
				});
		}

		@Test
		void runOnTheExecutorOfTheStage() {
			TaskPerEventTests.this.contextRunner.withBean(Ship.class)
				.withUserConfiguration(OwnExecutor.class)
				.withPropertyValues("genstage.stages.ship.executor=own")
				.run((context) -> {
					works(context).awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
					assertThat(works(context).threads).containsOnly("own");
				});
		}

		private void run(Class<?> bean, Object first) {
			runOne(bean).run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).startsWith(first)));
		}

		/** With one task at a time, so that events are in order. */
		private ApplicationContextRunner runOne(Class<?> bean) {
			return TaskPerEventTests.this.contextRunner.withUserConfiguration(bean)
				.withPropertyValues("genstage.stages.keep.max-demand=1");
		}

	}

	@Nested
	class TheEnd {

		@Test
		void waitsForTheTasks() {
			TaskPerEventTests.this.contextRunner.withBean(Ship.class)
				.withPropertyValues("genstage.lifecycle.drain-timeout=1h", "genstage.stages.ship.max-demand=3")
				.run((context) -> {
					Works works = works(context);
					works.awaitBegun(1, 2, 3);
					CompletableFuture<Void> stopped = CompletableFuture
						.runAsync(() -> context.getBean(PipelineLifecycle.class).stop());
					Awaitility.await()
						.untilAsserted(() -> assertThat(TestContexts.registry(context).pipelines().get(0).state())
							.isEqualTo(PipelineState.DRAINING));
					works.end(1, 2);
					Awaitility.await().untilAsserted(() -> assertThat(numbers(context).backlog()).isEqualTo(1));
					assertThat(stopped).isNotDone();
					works.end(3);
					stopped.join();
					assertThat(works.begun).containsOnlyKeys(1, 2, 3);
					assertThat(TestContexts.registry(context).drainReports()).singleElement()
						.matches(DrainReport::isComplete);
				});
		}

		@Test
		void interruptsThemWhenTheTimeIsOver() {
			TaskPerEventTests.this.contextRunner.withBean(Ship.class)
				.withPropertyValues("genstage.stages.ship.max-demand=3")
				.run((context) -> {
					works(context).awaitBegun(1, 2, 3);
					context.getBean(PipelineLifecycle.class).stop();
					assertThat(TestContexts.registry(context).drainReports()).singleElement()
						.satisfies((report) -> assertThat(report.remainders())
							.filteredOn((stage) -> stage.stage().equals("ship"))
							.singleElement()
							.satisfies((ship) -> assertThat(ship.left()).isEqualTo(3)));
					Awaitility.await().untilAsserted(() -> {
						assertThat(works(context).interrupted).containsExactlyInAnyOrder(1, 2, 3);
						assertThat(numbers(context).discarded()).isEqualTo(3);
						assertThat(numbers(context).backlog()).isZero();
					});
				});
			TestContexts.awaitNoThreads();
		}

		@Test
		void comesWithThatOfTheProducer() {
			TaskPerEventTests.this.contextRunner.withBean(Ship.class)
				.withPropertyValues("the.numbers=3")
				.run((context) -> {
					works(context).awaitBegun(1, 2, 3);
					works(context).end(1, 2, 3);
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(numbers(context).in()).isEqualTo(3);
				});
		}

	}

	@Nested
	class Settings {

		@Test
		void areTakenFromTheNearestPlaceOneByOne() {
			TaskPerEventTests.this.contextRunner.withBean(Marked.class)
				.withPropertyValues("genstage.stages.marked.task-per-event.max-restarts=1", "the.restart=Transient",
						"the.patience=0s")
				.run((context) -> {
					assertThat(tasks(context, "marked")).isEqualTo(TaskOptions.defaults()
						.withRestart(TaskRestart.TRANSIENT)
						.withMaxRestarts(1)
						.withRestartPeriod(Duration.ofMinutes(1))
						.withPatience(Duration.ZERO)
						.withFailureOverLimit());
					works(context).awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
				});
		}

		@ParameterizedTest
		@ValueSource(strings = { "genstage.stages.marked.task-per-event.enabled=false", "the.tasks=false" })
		void mayTurnTheTasksOff(String property) {
			TaskPerEventTests.this.contextRunner.withBean(Marked.class)
				.withPropertyValues(property, "genstage.lifecycle.auto-startup=false")
				.run((context) -> assertThat(tasks(context, "marked")).isNull());
		}

		@Test
		void mayComeFromPropertiesAlone() {
			TaskPerEventTests.this.contextRunner.withBean(Plain.class)
				.withPropertyValues("genstage.stages.plain.task-per-event.enabled=true")
				.run((context) -> assertThat(tasks(context, "plain"))
					.isEqualTo(TaskOptions.defaults().withFailureOverLimit()));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.marked.task-per-event.max-restarts=-1         | property 'genstage.stages.marked.task-per-event.max-restarts': must be from 0 to 2147483647, but is -1
						genstage.stages.marked.task-per-event.restart-period=0s       | property 'genstage.stages.marked.task-per-event.restart-period': must be from 1ms to 365d, but is 0s
						genstage.stages.marked.task-per-event.patience=366d           | property 'genstage.stages.marked.task-per-event.patience': must be from 0s to 365d, but is 366d
						the.patience=-1s                                              | @Consumer method 'Marked.marked' of bean 'taskPerEventTests.Marked': attribute 'taskPerEvent.patience' must be from 0s to 365d, but is -1s
						the.patience=soon                                             | @Consumer method 'Marked.marked' of bean 'taskPerEventTests.Marked': attribute 'taskPerEvent.patience' must be a time such as 500ms or 2s, but is 'soon'
						the.restart=permanent                                         | @Consumer method 'Marked.marked' of bean 'taskPerEventTests.Marked': attribute 'taskPerEvent.restart' must be one of [temporary, transient], but is 'permanent'
						the.tasks=maybe                                               | @Consumer method 'Marked.marked' of bean 'taskPerEventTests.Marked': attribute 'taskPerEvent.enabled' must be one of [false, true], but is 'maybe'
						genstage.stages.marked.rate.events=0                          | property 'genstage.stages.marked.rate.events': must be from 1 to 2147483647, but is 0
						genstage.stages.marked.max-demand=0                           | property 'genstage.stages.marked.max-demand': must be from 1 to 1000000, but is 0
						genstage.stages.marked.min-demand=10                          | property 'genstage.stages.marked.min-demand': must be from 0 to 9 (less than the maximum demand), but is 10
						genstage.stages.numbers.task-per-event.enabled=true           | property 'genstage.stages.numbers.task-per-event': has no effect on a producer: remove it
						""")
		void areChecked(String property, String message) {
			TaskPerEventTests.this.contextRunner.withBean(Marked.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context).getFailure().hasMessageContaining(message));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.plain.task-per-event.patience=1s                                                          | property 'genstage.stages.plain.task-per-event.patience': has no effect without 'task-per-event.enabled': set that to true, or remove it
						genstage.stages.plain.task-per-event.enabled=true;genstage.stages.plain.task-per-event.max-restarts=1     | property 'genstage.stages.plain.task-per-event.max-restarts': has no effect, as failed tasks are not run again: set their restart to 'transient', or remove it
						genstage.stages.plain.task-per-event.enabled=true;genstage.stages.plain.task-per-event.restart-period=1m  | property 'genstage.stages.plain.task-per-event.restart-period': has no effect, as failed tasks are not run again: set their restart to 'transient', or remove it
						genstage.stages.plain.task-per-event.enabled=true;genstage.stages.plain.batch.size=5                       | property 'genstage.stages.plain.batch.size': has no effect on tasks for each event, which take one event each: remove one of the two
						genstage.stages.plain.task-per-event.enabled=true;genstage.stages.plain.batch.by=x                         | property 'genstage.stages.plain.batch.by': has no effect on tasks for each event, which take one event each: remove one of the two
						""")
		void areRefusedWithoutEffect(String properties, String message) {
			TaskPerEventTests.this.contextRunner.withBean(Plain.class)
				.withPropertyValues(properties.split(";"))
				.run((context) -> assertThat(context).getFailure().hasMessage(message));
		}

		@ParameterizedTest
		@ValueSource(strings = { "enabled=false", "restart=temporary" })
		void areIgnoredWhenANearerOneTurnsThemOff(String property) {
			TaskPerEventTests.this.contextRunner.withBean(Marked.class)
				.withPropertyValues("genstage.stages.marked.task-per-event." + property,
						"genstage.lifecycle.auto-startup=false")
				.run((context) -> assertThat(context).hasNotFailed());
		}

	}

	@Nested
	class Rates {

		@Test
		void limitHowManyBeginAndAreChangedWhileTasksRun() {
			TaskPerEventTests.this.contextRunner.withBean(Limited.class).run((context) -> {
				Works works = works(context);
				works.awaitBegun(1, 2, 3);
				works.end(1, 2);
				Awaitility.await().until(() -> numbers(context, "limited").in() == 2);
				assertThat(works.begun).containsOnlyKeys(1, 2, 3);
				TestContexts.registry(context).rate("limited", RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				works.awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
				works.end(3, 4, 5);
				works.awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
			});
		}

		@Test
		void goOnByTheNextRunOfTheStage() {
			TaskPerEventTests.this.contextRunner.withBean(Limited.class).run((context) -> {
				Works works = works(context);
				works.awaitBegun(1, 2, 3);
				works.end(1, 2, 3);
				TestContexts.registry(context).restart("limited").toCompletableFuture().join();
				assertThat(works.begun).containsOnlyKeys(1, 2, 3);
				TestContexts.registry(context).rate("limited", RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				works.awaitBegun(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
			});
		}

	}

	@Nested
	class Refused {

		@Test
		void areListsOfEvents() {
			assertProblem(TakesList.class,
					"@Consumer method 'TakesList.keep' of bean 'taskPerEventTests.TakesList': it takes several events at once, so there can't be a task for each: let it take one event");
		}

		@Test
		void areBatchesByAnnotation() {
			assertProblem(CollectsInTasks.class,
					"@Consumer method 'CollectsInTasks.keep' of bean 'taskPerEventTests.CollectsInTasks': attribute 'batch.size' has no effect on tasks for each event, which take one event each: remove one of the two");
		}

		@Test
		void areBatchesByPropertyBesideTasksByAnnotation() {
			TaskPerEventTests.this.contextRunner.withBean(Marked.class)
				.withPropertyValues("genstage.stages.marked.batch.timeout=1s")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage(
							"property 'genstage.stages.marked.batch.timeout': has no effect on tasks for each event, which take one event each: remove one of the two"));
		}

		@Test
		void areTasksByPropertyBesideBatchesByAnnotation() {
			TaskPerEventTests.this.contextRunner.withBean(Collects.class)
				.withPropertyValues("genstage.stages.keep.task-per-event.enabled=true")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage(
							"@Consumer method 'Collects.keep' of bean 'taskPerEventTests.Collects': attribute 'batch.size' has no effect on tasks for each event, which take one event each: remove one of the two"));
		}

		@Test
		void areStageContexts() {
			assertProblem(TakesContext.class,
					"@Consumer method 'TakesContext.keep' of bean 'taskPerEventTests.TakesContext': it takes a StageContext, which only the stage itself may use, and not the tasks for each event: remove the parameter");
		}

		@Test
		void areStagesThatAskThemselves() {
			assertProblem(Asks.class, "@Consumer bean 'keep': " + Asking.class.getName()
					+ " can't have a task for each event, since it asks for events itself: remove 'task-per-event'");
		}

		@Test
		void areStagesThatBeginEvents() {
			TaskPerEventTests.this.contextRunner.withUserConfiguration(Begins.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("@Consumer bean 'keep': ")
					.hasMessageEndingWith("can't have a task for each event, since it begins events by itself: "
							+ "remove 'task-per-event', or let it be a ConsumerStage"));
		}

		@Test
		void areProducerConsumers() {
			TaskPerEventTests.this.contextRunner.withBean(Plain.class)
				.withBean(Passes.class)
				.withPropertyValues("genstage.stages.passed.task-per-event.enabled=true")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage(
							"property 'genstage.stages.passed.task-per-event': has no effect on a producer-consumer: remove it"));
		}

		private void assertProblem(Class<?> bean, String message) {
			TaskPerEventTests.this.contextRunner.withUserConfiguration(bean)
				.run((context) -> assertThat(context).getFailure().hasMessage(message));
		}

	}

	private static @Nullable TaskOptions tasks(ApplicationContext context, String stage) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(stage))
			.findFirst()
			.map((definition) -> definition.options().tasks())
			.map(Tasks::options)
			.orElse(null);
	}

	private static @Nullable FailurePolicy failurePolicy(ApplicationContext context, String stage) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(stage))
			.findFirst()
			.map((definition) -> definition.options().failure())
			.orElse(null);
	}

	private static Works works(ApplicationContext context) {
		return context.getBean(Works.class);
	}

	private static ManagedStageStatus stage(ApplicationContext context) {
		return TestContexts.registry(context).stage("ship").orElseThrow();
	}

	private static StageStatus numbers(ApplicationContext context) {
		return numbers(context, "ship");
	}

	private static StageStatus numbers(ApplicationContext context, String stage) {
		return TestContexts.registry(context).stage(stage).orElseThrow().started().orElseThrow();
	}

	private static Status health(ApplicationContext context) {
		return new GenStageHealthIndicator(TestContexts.registry(context)).health().getStatus();
	}

	static class Numbers {

		private final int last;

		Numbers(@Value("${the.numbers:1000}") int last) {
			this.last = last;
		}

		@Producer
		Stream<Integer> numbers() {
			return IntStream.rangeClosed(1, this.last).boxed();
		}

	}

	/**
	 * What tasks wait for, each until the test ends it or makes it fail.
	 */
	static class Works {

		final Map<Integer, Integer> begun = new ConcurrentHashMap<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		final List<Integer> interrupted = new CopyOnWriteArrayList<>();

		private final Map<Integer, CompletableFuture<Void>> works = new ConcurrentHashMap<>();

		void await(int number) throws Exception {
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.works.put(number, work);
			this.threads.add(Thread.currentThread().getName());
			this.begun.merge(number, 1, Integer::sum);
			try {
				work.get();
			}
			catch (InterruptedException ex) {
				this.interrupted.add(number);
				throw ex;
			}
			catch (ExecutionException ex) {
				throw (Exception) ex.getCause();
			}
		}

		void awaitBegun(Integer... numbers) {
			Awaitility.await().untilAsserted(() -> assertThat(this.begun).containsOnlyKeys(numbers));
		}

		void end(int... numbers) {
			IntStream.of(numbers).forEach((number) -> this.works.get(number).complete(null));
		}

		void fail(int number) {
			this.works.get(number)
				.completeExceptionally(new IllegalStateException("work %d has failed".formatted(number)));
		}

	}

	static class Ship {

		private final Works works;

		Ship(Works works) {
			this.works = works;
		}

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void ship(int number) throws Exception {
			this.works.await(number);
		}

	}

	static class Marked {

		private final Works works;

		Marked(Works works) {
			this.works = works;
		}

		@SuppressWarnings("deprecation") // as long as it can be said
		@Consumer(subscribeTo = "numbers",
				taskPerEvent = @TaskPerEvent(enabled = "${the.tasks:true}", restart = "${the.restart:transient}",
						maxRestarts = 20, restartPeriod = "1m", patience = "${the.patience:5s}"))
		void marked(int number) throws Exception {
			this.works.await(number);
		}

	}

	static class Plain {

		private final Works works;

		Plain(Works works) {
			this.works = works;
		}

		@Consumer(subscribeTo = "numbers")
		void plain(int number) throws Exception {
			this.works.await(number);
		}

	}

	static class Passes {

		@ProducerConsumer(subscribeTo = "numbers")
		int passed(int number) {
			return number;
		}

		@Consumer(subscribeTo = "passed")
		void last(int number) {
		}

	}

	static class Changes {

		final List<StageState> states = new CopyOnWriteArrayList<>();

		@EventListener
		void onChange(StageChange change) {
			this.states.add(change.to());
		}

	}

	static class TakesMessage {

		private final Sink sink;

		TakesMessage(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void keep(Subscription from, Message<Integer> message) {
			this.sink.add("%d of %s by %s".formatted(message.getPayload(),
					message.getHeaders().get(GenStageHeaders.PRODUCER), from.consumer().name()));
		}

	}

	static class Returns {

		final List<CompletableFuture<Void>> works = new CopyOnWriteArrayList<>();

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		CompletionStage<Void> keep(int number) {
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.works.add(work);
			return work;
		}

	}

	static class Reactive {

		private final Sink sink;

		Reactive(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		Mono<Void> keep(int number) {
			return Mono.fromRunnable(() -> this.sink.add(number));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IsStage {

		@Bean
		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		ConsumerStage<Integer> keep(Sink sink) {
			return (numbers, from) -> sink.add("%s by %s".formatted(numbers, Thread.currentThread().getName()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Functions {

		@Bean
		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("advised");
			creator.setInterceptorNames("advice");
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		MethodInterceptor advice(Sink sink) {
			return (invocation) -> {
				sink.add("advice");
				return invocation.proceed();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutor {

		@Bean(defaultCandidate = false)
		ExecutorService own() {
			return Executors.newCachedThreadPool((task) -> new Thread(task, "own"));
		}

	}

	static class TakesList {

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void keep(List<Integer> numbers) {
		}

	}

	static class CollectsInTasks {

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 5), taskPerEvent = @TaskPerEvent)
		void keep(List<Integer> numbers) {
		}

	}

	static class Collects {

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 5))
		void keep(List<Integer> numbers) {
		}

	}

	static class TakesContext {

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void keep(int number, StageContext context) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Asks {

		@Bean
		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		Asking keep() {
			return new Asking();
		}

	}

	private static final class Asking implements ConsumerStage<Integer> {

		@Override
		public void handleEvents(List<Integer> numbers, Subscription from) {
		}

		@Override
		public boolean asksItself() {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Begins {

		@Bean
		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		AsyncConsumerStage<Integer> keep() {
			return (number, from) -> CompletableFuture.completedFuture(number);
		}

	}

	static class Limited {

		private final Works works;

		Limited(Works works) {
			this.works = works;
		}

		@Consumer(subscribeTo = "numbers", rate = @Rate(events = 3, period = "100d"), taskPerEvent = @TaskPerEvent)
		void limited(int number) throws Exception {
			this.works.await(number);
		}

	}

}
