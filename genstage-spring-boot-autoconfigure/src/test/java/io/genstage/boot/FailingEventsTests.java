package io.genstage.boot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.EventCounts;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.OnFailure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Outcomes;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.Decision;
import io.genstage.failure.FailedAttempt;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that handlers fail to handle, in each form of a handler.
 */
class FailingEventsTests {

	private static final int EVENTS = 2_000;

	private static final Set<Integer> POISON = Set.of(700, 1_301);

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.defaults.failure.retry.delay=1ms", "genstage.defaults.failure.outage.pause=5ms")
		.withBean(Numbers.class);

	@ParameterizedTest
	@ValueSource(classes = { OfOne.class, OfMessages.class, OfFutures.class, OfReactiveTypes.class, InFlight.class,
			OfLists.class, OfIsolatedLists.class, OfBatches.class, OfBeans.class, Turning.class, OfOutcomes.class,
			OfOutcomesOfOne.class, OfFutureOutcomes.class, OfOutcomesInFlight.class, OfAcknowledgements.class,
			OfLateAcknowledgements.class })
	void concernThemselvesOnly(Class<?> handler) {
		assertConcernThemselvesOnly(this.contextRunner.withUserConfiguration(handler));
	}

	@ParameterizedTest
	@ValueSource(strings = { "SuspendedKeeper", "SuspendedAcknowledging" })
	void concernThemselvesOnlyInSuspendFunctions(String handler) {
		String name = FailingEventsTests.class.getPackageName() + "." + handler;
		assertConcernThemselvesOnly(this.contextRunner.withUserConfiguration(Storing.class)
			.withBean(ClassUtils.resolveClassName(name, FailingEventsTests.class.getClassLoader())));
	}

	private static void assertConcernThemselvesOnly(ApplicationContextRunner runner) {
		runner.run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrderElementsOf(
					IntStream.range(0, EVENTS).filter((number) -> !POISON.contains(number)).boxed().toList());
			assertThat(letters(context)).hasSize(POISON.size())
				.allSatisfy((letter) -> assertThat(letter.stage()).isEqualTo("keep"))
				.extracting((letter) -> context.getBean(DeadLetterDesk.class).event(letter.id()).orElseThrow())
				.containsExactlyInAnyOrderElementsOf(POISON);
			EventCounts counts = TestContexts.registry(context).counts("keep").orElseThrow();
			assertThat(counts.deadLettered()).isEqualTo(POISON.size());
			assertThat(counts.discarded()).isZero();
		});
	}

	@Test
	void areSkippedIfThatIsSaid() {
		this.contextRunner.withBean(OfOne.class)
			.withPropertyValues("genstage.stages.keep.failure.then=skip")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).hasSize(EVENTS - POISON.size());
				assertThat(letters(context)).isEmpty();
				assertThat(TestContexts.registry(context).counts("keep").orElseThrow().skipped())
					.isEqualTo(POISON.size());
			});
	}

	@Test
	void areSettledWhenTheTransactionOfTheirHandlerHasBeenCommitted() {
		TestContexts.runner()
			.withUserConfiguration(Transacted.class)
			.withPropertyValues("genstage.defaults.failure.retry.delay=1ms")
			.run((context) -> {
				Transacted transacted = context.getBean(Transacted.class);
				@SuppressWarnings("unchecked")
				EventQueue<Integer> queue = context.getBean(EventQueue.class);
				CompletionStage<Outcome> settled = queue.deliver(1).thenApply((outcome) -> {
					transacted.steps.add("settled");
					return outcome;
				});
				assertThat(settled.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
				assertThat(transacted.steps).containsExactly("handle", "fail to commit", "handle", "commit", "settled");
			});
	}

	@Test
	void areCountedByMeters() {
		this.contextRunner.withBean(OfOne.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			new GenStageMetrics(TestContexts.registry(context)).bindTo(meters);
			assertThat(meters.get("genstage.events.retried").tag("stage", "keep").functionCounter().count())
				.isEqualTo(3 * POISON.size());
			assertThat(settled(meters, "accepted")).isEqualTo(EVENTS - POISON.size());
			assertThat(settled(meters, "dead_lettered")).isEqualTo(POISON.size());
			assertThat(settled(meters, "skipped")).isZero();
		});
	}

	private static double settled(MeterRegistry meters, String outcome) {
		return meters.get("genstage.events.settled")
			.tags("stage", "keep", "outcome", outcome)
			.functionCounter()
			.count();
	}

	@Test
	void showInHealthThatTheStagePausesForAnOutage() {
		this.contextRunner.withBean(OfNothing.class)
			.withPropertyValues("genstage.defaults.failure.outage.pause=1d")
			.run((context) -> {
				GenStageHealthIndicator health = new GenStageHealthIndicator(TestContexts.registry(context));
				Awaitility.await()
					.untilAsserted(() -> assertThat(health.health().getDetails()).containsEntry("outages",
							Map.of("keep", IllegalStateException.class.getName())));
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
				assertThat(letters(context)).isEmpty();
			});
	}

	@Test
	void countAsDiscardedIfTheirLettersAreDroppedForWantOfRoom() {
		this.contextRunner.withBean(OfOne.class)
			.withPropertyValues("genstage.dead-letters.capacity=1")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(letters(context)).hasSize(1);
				EventCounts counts = TestContexts.registry(context).counts("keep").orElseThrow();
				assertThat(counts.deadLettered()).isEqualTo(POISON.size());
				assertThat(counts.discarded()).isEqualTo(1);
				assertThat(context.getBean(DeadLetterDesk.class).counts().dropped())
					.containsOnly(Map.entry("keep", 1L));
				assertThat(new GenStageHealthIndicator(TestContexts.registry(context),
						context.getBean(DeadLetterDesk.class))
					.health()
					.getDetails()).containsEntry("droppedDeadLetters", Map.of("keep", 1L));
			});
	}

	@Test
	void showInTheEndpointThatTheyWaitAndWhy() {
		this.contextRunner.withBean(OfNothing.class)
			.withPropertyValues("genstage.defaults.failure.outage.pause=1d")
			.run((context) -> {
				GenStageEndpoint endpoint = new GenStageEndpoint(TestContexts.registry(context),
						new StagePropertyOrigins(context.getBean(BoundConfigurationProperties.class)), List.of(),
						Show.NEVER);
				Awaitility.await().untilAsserted(() -> {
					GenStageEndpoint.StageDescriptor keep = endpoint.stage("keep");
					assertThat(keep).isNotNull();
					assertThat(keep.retrying()).isPositive();
					assertThat(keep.outage()).isNotNull();
					assertThat(keep.outage().causeType()).isEqualTo(IllegalStateException.class.getName());
					assertThat(keep.outage().since()).isNotNull();
				});
			});
	}

	@Test
	void waitForAServiceThatIsAway() {
		this.contextRunner.withBean(OfAService.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events())
				.containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
			assertThat(letters(context)).isEmpty();
		});
	}

	@Test
	void areAllHandledIfOneCallInTenFails() {
		this.contextRunner.withBean(OfAShakyService.class)
			.withPropertyValues("genstage.stages.keep.failure.retry.max-retries=20")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events())
					.containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
				assertThat(letters(context)).isEmpty();
			});
	}

	@Test
	void areNotRetriedIfTheHandlerCanNeverTakeThem() {
		TestContexts.runner().withBean(Mixed.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactly("a", "b");
			assertThat(letters(context)).singleElement().satisfies((letter) -> {
				assertThat(letter.attempts()).isEqualTo(1);
				assertThat(letter.causeMessage()).contains("argument type mismatch");
			});
			assertThat(TestContexts.registry(context).counts("text").orElseThrow().retried()).isZero();
		});
	}

	@Test
	void areDecidedAboutByAMethodOfTheBean() {
		this.contextRunner.withBean(Deciding.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).hasSize(EVENTS - POISON.size());
			assertThat(letters(context)).singleElement().satisfies((letter) -> {
				assertThat(context.getBean(DeadLetterDesk.class).event(letter.id())).contains(1_301);
				assertThat(letter.attempts()).isEqualTo(2);
			});
			assertThat(TestContexts.registry(context).counts("keep").orElseThrow().skipped()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					Returning | 'void decide(Integer)' must return a Decision
					Doubled   | 'Decision decide(Integer, String)' takes something more than once: it may take the event
					Other     | 'Decision decide(String)' takes java.lang.String, but the events are java.lang.Integer
					Hidden    | it is private
					AllAndOne | "'Decision decide(List, Throwable)' takes failed attempts and something else: it may take the event"
					AllOther  | 'Decision decide(List)' takes java.lang.String, but the events are java.lang.Integer
					AllVoid   | "'void decide(List)' must return a Decision, or a List of them, one for each failed attempt"
					Naming    | its @OnFailure method 'decide' names 'kept', which is no stage of this bean
					Both      | there are several @OnFailure methods for it
					""")
	void areNotDecidedAboutByWhatCanNot(String method, String problem) {
		Class<?> bean = Stream.of(FailingEventsTests.class.getDeclaredClasses())
			.filter((type) -> type.getSimpleName().equals(method))
			.findFirst()
			.orElseThrow();
		this.contextRunner.withUserConfiguration(bean)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining(problem));
	}

	@ParameterizedTest
	@ValueSource(classes = { DecidingAboutAll.class, DecidingAboutLists.class })
	void areDecidedAboutTogether(Class<?> bean) {
		this.contextRunner.withBean(bean).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).hasSize(EVENTS - POISON.size());
			assertThat(letters(context)).singleElement()
				.satisfies((letter) -> assertThat(context.getBean(DeadLetterDesk.class).event(letter.id()))
					.contains(-1_301));
			assertThat(TestContexts.registry(context).counts("keep").orElseThrow().skipped()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Throwing.class, ThrowingAboutAll.class, Forgetting.class })
	void areDecidedAboutByTheSettingsIfWhoIsAskedFails(Class<?> bean) {
		this.contextRunner.withBean(bean).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).hasSize(EVENTS - POISON.size());
			assertThat(letters(context)).hasSize(POISON.size())
				.allSatisfy((letter) -> assertThat(letter.attempts()).isEqualTo(4));
		});
	}

	@Test
	void mustBeNamedOrHaveFailed() {
		this.contextRunner.withBean(Silent.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(letters(context)).hasSize(1).first().satisfies((letter) -> {
				assertThat(letter.attempts()).isEqualTo(4);
				assertThat(letter.causeMessage()).contains("must return Outcomes, but returned null");
			});
		});
	}

	private static List<DeadLetter> letters(ApplicationContext context) {
		return context.getBean(DeadLetterDesk.class).list(DeadLetterFilter.all(), null, 100).letters();
	}

	private static void refusePoison(Integer number) {
		if (POISON.contains(number)) {
			throw new IllegalArgumentException("poison");
		}
	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return IntStream.range(0, EVENTS).boxed();
		}

	}

	abstract static class Handling {

		private final Sink sink;

		Handling(Sink sink) {
			this.sink = sink;
		}

		final void store(Integer number) {
			refusePoison(number);
			this.sink.add(number);
		}

		final void storeAll(List<Integer> numbers) {
			numbers.forEach(FailingEventsTests::refusePoison);
			numbers.forEach(this.sink::add);
		}

	}

	static class OfOne extends Handling {

		OfOne(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			store(number);
		}

	}

	static class OfMessages extends Handling {

		OfMessages(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Message<Integer> number) {
			store(number.getPayload());
		}

	}

	static class OfFutures extends Handling {

		OfFutures(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		CompletionStage<Void> keep(Integer number) {
			return CompletableFuture.completedFuture(number).thenAccept(this::store);
		}

	}

	static class OfReactiveTypes extends Handling {

		OfReactiveTypes(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		Mono<Void> keep(Integer number) {
			return Mono.fromRunnable(() -> store(number));
		}

	}

	static class InFlight extends Handling {

		InFlight(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", inFlight = 10)
		CompletionStage<Void> keep(Integer number) {
			return CompletableFuture.runAsync(() -> store(number));
		}

	}

	static class OfLists {

		private final Sink sink;

		OfLists(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Integer> numbers) {
			List<Integer> poison = new ArrayList<>(numbers);
			poison.retainAll(POISON);
			numbers.stream().filter((number) -> !poison.contains(number)).forEach(this.sink::add);
			if (!poison.isEmpty()) {
				BatchFailure failure = BatchFailure.of(poison.get(0), new IllegalArgumentException("poison"));
				poison.stream().skip(1).forEach((number) -> failure.and(number, failure.getCause()));
				throw failure.othersAccepted();
			}
		}

	}

	static class OfIsolatedLists extends Handling {

		OfIsolatedLists(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", failure = @Failure(isolate = "true"))
		void keep(List<Integer> numbers) {
			storeAll(numbers);
		}

	}

	static class OfBatches extends Handling {

		OfBatches(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 64), failure = @Failure(isolate = "true"))
		void keep(List<Integer> numbers) {
			storeAll(numbers);
		}

	}

	abstract static class Answering {

		private final Sink sink;

		Answering(Sink sink) {
			this.sink = sink;
		}

		final Outcomes answer(List<Integer> numbers) {
			Outcomes outcomes = Outcomes.none();
			for (Integer number : numbers) {
				boolean poison = POISON.contains(number);
				if (!poison) {
					this.sink.add(number);
				}
				outcomes = outcomes.and(poison ? Outcomes.failed(number, "poison") : Outcomes.accepted(number));
			}
			return outcomes;
		}

	}

	static class OfOutcomes extends Answering {

		OfOutcomes(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		Outcomes keep(List<Integer> numbers) {
			return answer(numbers);
		}

	}

	static class OfOutcomesOfOne extends Answering {

		OfOutcomesOfOne(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		Outcomes keep(Integer number) {
			return answer(List.of(number));
		}

	}

	static class OfFutureOutcomes extends Answering {

		OfFutureOutcomes(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		CompletionStage<Outcomes> keep(List<Integer> numbers) {
			return CompletableFuture.supplyAsync(() -> answer(numbers));
		}

	}

	static class OfOutcomesInFlight extends Answering {

		OfOutcomesInFlight(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", inFlight = 5)
		CompletionStage<Outcomes> keep(Integer number) {
			return CompletableFuture.supplyAsync(() -> answer(List.of(number)));
		}

	}

	static class OfAcknowledgements extends Handling {

		OfAcknowledgements(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number, Acknowledgement acknowledgement) {
			if (acknowledgement.attempt() == 1 && number % 100 == 0) {
				acknowledgement.retry();
				return;
			}
			store(number);
			acknowledgement.accept();
		}

	}

	static class OfLateAcknowledgements extends Handling {

		OfLateAcknowledgements(Sink sink) {
			super(sink);
		}

		@Consumer(subscribeTo = "numbers", inFlight = 10)
		void keep(Acknowledgement acknowledgement, Message<Integer> number) {
			CompletableFuture.runAsync(() -> store(number.getPayload())).whenComplete((stored, failure) -> {
				if (failure != null) {
					acknowledgement.reject(failure);
				}
				else {
					acknowledgement.accept();
				}
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Storing {

		@Bean
		IntConsumer store(Sink sink) {
			return (number) -> {
				refusePoison(number);
				sink.add(number);
			};
		}

	}

	static class Silent {

		@Consumer(subscribeTo = "numbers")
		@Nullable Outcomes keep(Integer number) {
			return (number == 0) ? null : Outcomes.accepted(number);
		}

	}

	static class Deciding extends OfOne {

		Deciding(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(int attempt, Throwable cause, Integer number) {
			assertThat(cause).hasMessage("poison");
			if (number == 700) {
				return Decision.skip();
			}
			return (attempt == 2) ? Decision.deadLetter() : Decision.byPolicy();
		}

	}

	static class DecidingAboutAll extends OfOne {

		DecidingAboutAll(Sink sink) {
			super(sink);
		}

		@OnFailure
		List<Decision> decide(List<FailedAttempt<Integer>> failed) {
			return failed.stream().map(FailingEventsTests::skipOrMark).toList();
		}

	}

	static class DecidingAboutLists extends OfLists {

		DecidingAboutLists(Sink sink) {
			super(sink);
		}

		@OnFailure
		List<Decision> decide(Collection<FailedAttempt<Integer>> failed) {
			return failed.stream().map(FailingEventsTests::skipOrMark).toList();
		}

	}

	private static Decision skipOrMark(FailedAttempt<Integer> failed) {
		return (failed.event() == 700) ? Decision.skip() : Decision.byPolicy().withLetter(-failed.event());
	}

	static class Throwing extends OfOne {

		Throwing(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(Integer number) {
			throw new IllegalStateException("undecided");
		}

	}

	static class ThrowingAboutAll extends OfOne {

		ThrowingAboutAll(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(List<FailedAttempt<Integer>> failed) {
			throw new IllegalStateException("undecided");
		}

	}

	static class Forgetting extends OfOne {

		Forgetting(Sink sink) {
			super(sink);
		}

		@OnFailure
		List<Decision> decide(List<FailedAttempt<Integer>> failed) {
			return List.of();
		}

	}

	static class AllAndOne extends OfOne {

		AllAndOne(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(List<FailedAttempt<Integer>> failed, Throwable cause) {
			return Decision.skip();
		}

	}

	static class AllOther extends OfOne {

		AllOther(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(List<FailedAttempt<String>> failed) {
			return Decision.skip();
		}

	}

	static class AllVoid extends OfOne {

		AllVoid(Sink sink) {
			super(sink);
		}

		@OnFailure
		void decide(List<FailedAttempt<Integer>> failed) {
		}

	}

	static class Returning extends OfOne {

		Returning(Sink sink) {
			super(sink);
		}

		@OnFailure
		void decide(Integer number) {
		}

	}

	static class Doubled extends OfOne {

		Doubled(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(Integer number, String text) {
			return Decision.skip();
		}

	}

	static class Other extends OfOne {

		Other(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(String text) {
			return Decision.skip();
		}

	}

	static class Hidden extends OfOne {

		Hidden(Sink sink) {
			super(sink);
		}

		@OnFailure
		private Decision decide(Integer number) {
			return Decision.skip();
		}

	}

	static class Naming extends OfOne {

		Naming(Sink sink) {
			super(sink);
		}

		@OnFailure("kept")
		Decision decide(Integer number) {
			return Decision.skip();
		}

	}

	static class Both extends OfOne {

		Both(Sink sink) {
			super(sink);
		}

		@OnFailure
		Decision decide(Integer number) {
			return Decision.skip();
		}

		@OnFailure("keep")
		Decision decideToo(Integer number) {
			return Decision.skip();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfBeans {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return (number) -> {
				refusePoison(number);
				sink.add(number);
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Turning {

		@Bean
		@ProducerConsumer(subscribeTo = "numbers")
		Function<Integer, List<Integer>> keep() {
			return (number) -> {
				refusePoison(number);
				return List.of(number);
			};
		}

		@Bean
		@Consumer(subscribeTo = "keep")
		java.util.function.Consumer<Integer> last(Sink sink) {
			return sink::add;
		}

	}

	static class OfAService {

		private final Sink sink;

		private final AtomicInteger calls = new AtomicInteger();

		OfAService(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			int call = this.calls.incrementAndGet();
			if (call > 900 && call < 930) {
				throw new IllegalStateException("away");
			}
			this.sink.add(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transacted {

		final List<String> steps = new CopyOnWriteArrayList<>();

		@Bean
		@Producer
		EventQueue<Integer> numbers() {
			return new EventQueue<>(10);
		}

		@Bean
		PlatformTransactionManager transactions(Transacted transacted) {
			return new FailingOnce(transacted.steps);
		}

		@Bean
		Ledger ledger(Transacted transacted) {
			return new Ledger(transacted.steps);
		}

	}

	static class Ledger {

		private final List<String> steps;

		Ledger(List<String> steps) {
			this.steps = steps;
		}

		@Transactional
		@Consumer(subscribeTo = "numbers")
		public void keep(Integer number) {
			this.steps.add("handle");
		}

	}

	/**
	 * Transactions of which the first can't be committed.
	 */
	private static final class FailingOnce extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		private final transient List<String> steps;

		FailingOnce(List<String> steps) {
			this.steps = steps;
		}

		@Override
		protected Object doGetTransaction() {
			return "transaction";
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			if (!this.steps.contains("fail to commit")) {
				this.steps.add("fail to commit");
				throw new TransactionSystemException("no");
			}
			this.steps.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	static class OfNothing {

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			throw new IllegalStateException("secret " + number);
		}

	}

	static class OfAShakyService {

		private final Sink sink;

		private final Set<Integer> failed = ConcurrentHashMap.newKeySet();

		OfAShakyService(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			if (number % 10 == 0 && this.failed.add(number)) {
				throw new IllegalStateException("shaky");
			}
			this.sink.add(number);
		}

	}

	static class Mixed {

		private final Sink sink;

		Mixed(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Object> things() {
			return Stream.of("a", 1, "b");
		}

		@Consumer(subscribeTo = "things")
		void text(String text) {
			this.sink.add(text);
		}

	}

}
