package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageStatus;
import io.genstage.Subscription;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.batch.BatchOptions;
import io.genstage.boot.handler.GenStageHeaders;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages that collect events into batches. Where time is not the matter, the time-out is
 * so long that it never comes.
 */
class BatchTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	private static void run(ApplicationContextRunner runner, String expected) {
		runner.run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).hasToString(expected);
		});
	}

	private static BatchOptions options(ApplicationContext context, String stage) {
		return TestContexts.registry(context).batch(stage).orElseThrow();
	}

	private static StageDefinition definition(ApplicationContext context, String stage) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(stage))
			.findFirst()
			.orElseThrow();
	}

	private static int maxDemandNow(ApplicationContext context) {
		return TestContexts.registry(context)
			.pipelines()
			.get(0)
			.edge("keep", "letters")
			.orElseThrow()
			.options()
			.maxDemand();
	}

	private static int maxDemand(ApplicationContext context, String stage) {
		StageDefinition definition = definition(context, stage);
		return definition.producers().get(0).optionsFor(definition.concurrency()).maxDemand();
	}

	private static StageStatus keep(ApplicationContext context) {
		return TestContexts.registry(context).stage("keep").orElseThrow().started().orElseThrow();
	}

	private static <T> T join(CompletionStage<T> change) {
		return change.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	@SuppressWarnings("unchecked") // it is one of strings
	private static void offer(ApplicationContext context, String... events) {
		EventQueue<String> queue = context.getBean("letters", EventQueue.class);
		Stream.of(events).forEach((event) -> assertThat(queue.offer(event)).isTrue());
	}

	@Nested
	class AreHandedTo {

		@Test
		void methodsThatTakeLists() {
			run(BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfMethod.class),
					"[[1, 2, 3], [4, 5, 6], [7, 8]]");
		}

		@Test
		void methodsThatTakeMessagesWhichTellWhereEachEventCameFrom() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OtherNumbers.class, OfMessages.class)
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("1 of numbers",
							"2 of numbers", "3 of numbers", "4 of numbers", "5 of numbers", "6 of numbers",
							"7 of numbers", "8 of numbers", "9 of others", "10 of others");
					assertThat(context.getBean(OfMessages.class).batches).isEqualTo(1);
				});
		}

		@Test
		void methodsThatEmit() {
			run(BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, Sums.class), "[6, 15, 15]");
		}

		@Test
		void stagesOfTheEngineWithAllOtherCallbacks() {
			run(BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfStages.class),
					"[started, sum 6, sum 15, sum 15]");
		}

		@Test
		void functionsOfLists() {
			run(BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfFunctions.class),
					"[[6, 15], [15]]");
		}

		@Test
		void noMethodOfOneEvent() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfOne.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Consumer method 'OfOne.keep' of bean 'batchTests.OfOne': it takes one event at a "
							+ "time, but has a 'batch': let it take a List of events, or remove 'batch'"));
		}

		@Test
		void noFunctionOfOneEvent() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfOneFunction.class)
				.withPropertyValues("genstage.stages.keep.batch.size=5")
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("@Consumer bean 'keep': it takes one event at a time"));
		}

		@Test
		void noStageThatAsksItself() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfAsking.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Consumer bean 'keep': " + Asking.class.getName() + " can't be given batches, "
							+ "since it asks for events itself: put a batching producer-consumer before it"));
		}

		@Test
		void noStageThatReportsItself() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, OfReporting.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("@Consumer bean 'keep': " + BatchTests.class.getName())
					.hasMessageEndingWith(" can't be given batches, since it reports what it has handled itself: "
							+ "put a batching producer-consumer before it"));
		}

		@Test
		void oneStageThatSaysNoMoreThanThatItWantsThem() {
			BatchTests.this.contextRunner.withUserConfiguration(Letters.class)
				.run((context) -> assertThat(options(context, "plain")).isEqualTo(BatchOptions.defaults()));
		}

	}

	@Nested
	class AreClosed {

		private final ApplicationContextRunner runner = BatchTests.this.contextRunner
			.withUserConfiguration(Letters.class)
			.withPropertyValues("genstage.stages.plain.auto-startup=false", "genstage.stages.bare.auto-startup=false");

		@Test
		void byTime() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.timeout=20ms").run((context) -> {
				offer(context, "a1", "b1");
				TestContexts.sink(context).awaitExactly(List.of("a1", "b1"));
			});
		}

		@Test
		void byAPropertyOfTheEvents() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.by=empty", "genstage.stages.keep.batch.size=2")
				.run((context) -> {
					offer(context, "a", "", "b", "");
					TestContexts.sink(context).awaitExactly(List.of("a", "b"), List.of("", ""));
				});
		}

		@Test
		void byAFunctionWhoseNullIsAKey() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.by=initial", "genstage.stages.keep.batch.size=2")
				.run((context) -> {
					offer(context, "a1", "", "b1", "", "a2", "b2");
					TestContexts.sink(context).awaitExactly(List.of("", ""), List.of("a1", "a2"), List.of("b1", "b2"));
				});
		}

		@Test
		void whenTheApplicationStops() {
			AtomicReference<StageRegistry> registry = new AtomicReference<>();
			AtomicReference<Sink> sink = new AtomicReference<>();
			this.runner.withPropertyValues("genstage.stages.keep.batch.by=initial").run((context) -> {
				registry.set(TestContexts.registry(context));
				sink.set(TestContexts.sink(context));
				offer(context, "a1", "b1", "a2");
				Awaitility.await().until(() -> keep(context).backlog() == 3);
				assertThat(sink.get().events()).isEmpty();
			});
			assertThat(sink.get().events()).containsExactly(List.of("a1", "a2"), List.of("b1"));
			assertThat(registry.get().drainReports()).isNotEmpty().allMatch(DrainReport::isComplete);
		}

		@Test
		void whenTheStageIsStopped() {
			BatchTests.this.contextRunner.withUserConfiguration(Words.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				offer(context, "a", "b", "c");
				Awaitility.await()
					.until(() -> registry.stage("words").orElseThrow().started().orElseThrow().backlog() == 3);
				join(registry.stop("words"));
				Awaitility.await().until(() -> keep(context).in() == 1);
				join(registry.stop("keep"));
				TestContexts.sink(context).awaitExactly(List.of("abc"));
			});
		}

		@Test
		void alsoDuringABreakForWhatWasAskedForBefore() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.timeout=20ms").run((context) -> {
				join(TestContexts.registry(context).pause("keep"));
				String[] numbers = IntStream.range(0, 150).mapToObj(String::valueOf).toArray(String[]::new);
				offer(context, numbers);
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(TestContexts.sink(context).events()).flatMap((batch) -> (List<?>) batch)
								.hasToString(List.of(numbers).toString()));
			});
		}

	}

	@Nested
	class WithOtherSettings {

		@Test
		void areOfEachInstanceByItself() {
			Hands hands = new Hands();
			BatchTests.this.contextRunner.withBean(Hands.class, () -> hands)
				.withPropertyValues("genstage.stages.take.concurrency=3")
				.run((context) -> TestContexts.awaitState(context, PipelineState.COMPLETED));
			hands.assertAllTakenOnce();
		}

		@Test
		void keepToThePartitionsOfAnInstance() {
			Hands hands = new Hands();
			BatchTests.this.contextRunner.withBean(Hands.class, () -> hands)
				.withBean("last", Function.class, () -> (number) -> (int) number % 50)
				.withPropertyValues("genstage.stages.take.concurrency=3", "genstage.stages.many.dispatcher=partition",
						"genstage.stages.many.partitions=6", "genstage.stages.many.partition-by=last")
				.run((context) -> TestContexts.awaitState(context, PipelineState.COMPLETED));
			hands.assertAllTakenOnce();
			assertThat(hands.takers).hasSize(50).allSatisfy((key, takers) -> assertThat(takers).hasSize(1));
			assertThat(hands.takers.values()).flatMap((takers) -> takers).hasSizeGreaterThan(1);
		}

		@Test
		void goOnAfterAFailureWhoseBatchIsLost() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, Failing.class)
				.withPropertyValues("genstage.defaults.failure.enabled=false")
				.withPropertyValues("genstage.stages.keep.restart.first-delay=1ms", "genstage.defaults.max-demand=3")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					TestContexts.sink(context).awaitExactly(List.of(4, 5, 6), List.of(7, 8));
					assertThat(keep(context).discarded()).isEqualTo(3);
				});
		}

		@Test
		void areFilledNoFasterThanTheRate() {
			BatchTests.this.contextRunner.withUserConfiguration(Numbers.class, Limited.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(List.of(1, 2), List.of(3, 4));
				Awaitility.await().until(() -> keep(context).in() == 4 && keep(context).backlog() == 1);
				TestContexts.registry(context).rate("keep", RateLimit.of(1_000_000, Duration.ofSeconds(1)));
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				TestContexts.sink(context).awaitExactly(List.of(1, 2), List.of(3, 4), List.of(5, 6), List.of(7, 8));
			});
		}

	}

	@Nested
	class AreSet {

		private final ApplicationContextRunner runner = BatchTests.this.contextRunner
			.withUserConfiguration(Letters.class);

		@Test
		void byTheNearestPlaceEach() {
			this.runner
				.withPropertyValues("genstage.stages.keep.batch.size=7", "genstage.stages.plain.batch.timeout=PT2S")
				.run((context) -> {
					assertThat(options(context, "keep"))
						.isEqualTo(BatchOptions.defaults().withSize(7).withTimeout(Duration.ofDays(100)));
					assertThat(options(context, "plain"))
						.isEqualTo(BatchOptions.defaults().withTimeout(Duration.ofSeconds(2)));
				});
		}

		@ParameterizedTest(name = "{0}")
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.batch.size=50                                             | 50   | 1000
						genstage.stages.keep.batch.size=3000                                           | 3000 | 6000
						genstage.stages.keep.batch.size=600000                                         | 600000 | 1000000
						genstage.stages.keep.batch.size=50, genstage.stages.keep.concurrency=4         | 50   | 100
						genstage.stages.keep.batch.size=3000, genstage.stages.keep.max-demand=3000     | 3000 | 3000
						genstage.stages.keep.batch.size=3000, genstage.defaults.max-demand=50          | 3000 | 6000
						genstage.stages.keep.max-demand=99                                             | 99   | 99
						genstage.stages.keep.batch.size=500, genstage.stages.keep.subscriptions.letters.max-demand=200 | 200 | 200
						genstage.stages.bare.batch.timeout=5s, genstage.stages.bare.max-demand=20      | 20   | 20
						genstage.stages.bare.batch.timeout=5s, genstage.defaults.max-demand=20         | 20   | 20
						""")
		void togetherWithTheDemandThatTheyNeed(String properties, int size, int maxDemand) {
			// BW118, where the size is the maximum
			String stage = properties.contains("stages.bare") ? "bare" : "keep";
			this.runner.withPropertyValues(properties.split(", ")).run((context) -> {
				assertThat(options(context, stage).size()).isEqualTo(size);
				assertThat(maxDemand(context, stage)).isEqualTo(maxDemand);
			});
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.batch.size=0         | property 'genstage.stages.keep.batch.size': must be from 1 to 1000000, but is 0
						genstage.stages.keep.batch.size=-5        | property 'genstage.stages.keep.batch.size': must be from 1 to 1000000, but is -5
						genstage.stages.keep.batch.size=2000000   | property 'genstage.stages.keep.batch.size': must be from 1 to 1000000, but is 2000000
						genstage.stages.keep.batch.timeout=0s     | property 'genstage.stages.keep.batch.timeout': must be from 1ms to 365d, but is 0s
						genstage.stages.keep.batch.timeout=-1s    | property 'genstage.stages.keep.batch.timeout': must be from 1ms to 365d, but is -1s
						genstage.stages.keep.batch.timeout=366d   | property 'genstage.stages.keep.batch.timeout': must be from 1ms to 365d, but is 366d
						the.timeout=soon                          | @Consumer method 'Letters.keep' of bean 'batchTests.Letters': attribute 'batch.timeout' must be a time such as 500ms or 2s, but is 'soon'
						genstage.stages.letters.batch.size=5      | property 'genstage.stages.letters.batch': has no effect on a producer: remove it
						""")
		void withinLimits(String property, String message) {
			this.runner.withPropertyValues(property)
				.run((context) -> assertThat(context).getFailure().hasMessage(message));
		}

		@Test
		void byAKeyThatTheEventsHave() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.by=lenght")
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith(
							"property 'genstage.stages.keep.batch.by': names 'lenght', which is neither a method of its bean "
									+ "for one event, nor a Function, ToIntFunction or ToLongFunction bean, nor a property of java.lang.String: "));
		}

		@Test
		void withinTheDemandThatIsSaidInTheSamePlace() {
			this.runner.withPropertyValues("genstage.stages.keep.batch.size=500", "genstage.stages.keep.max-demand=200")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("property 'genstage.stages.keep.batch.size': must be from 1 to 200 "
							+ "(the maximum demand at 'letters'), but is 500"));
		}

		@ParameterizedTest
		@CsvSource({ "letters, empty", "messages, payload", "messages, payload.empty", "messages, headers" })
		void byAPropertyOfTheEventAsItComes(String producer, String property) {
			BatchTests.this.contextRunner.withUserConfiguration(StringMessages.class)
				.withPropertyValues("from=" + producer, "genstage.stages.keep.batch.by=" + property)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).contains("a");
				});
		}

		@ParameterizedTest
		@CsvSource({ "letters, payload, java.lang.String", "letters, headers, java.lang.String",
				"messages, empty, org.springframework.messaging.Message<java.lang.String>" })
		void notByAPropertyOfTheMessageThatAnEventIsGivenIn(String producer, String property, String type) {
			BatchTests.this.contextRunner.withUserConfiguration(StringMessages.class)
				.withPropertyValues("from=" + producer, "genstage.stages.keep.batch.by=" + property)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("property 'genstage.stages.keep.batch.by': names '" + property)
					.hasMessageContaining("nor a property of " + type + ":"));
		}

	}

	@Nested
	class AreChanged {

		private final ApplicationContextRunner runner = BatchTests.this.contextRunner
			.withUserConfiguration(Letters.class)
			.withPropertyValues("genstage.stages.plain.auto-startup=false", "genstage.stages.bare.auto-startup=false");

		@Test
		void whileTheyAreOpenAndAreReset() {
			this.runner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				offer(context, "a", "b", "c");
				Awaitility.await().until(() -> keep(context).backlog() == 3);
				registry.batch("keep", 2, Duration.ofDays(1));
				TestContexts.sink(context).awaitExactly(List.of("a", "b"));
				registry.batch("keep", 2, Duration.ofMillis(1));
				TestContexts.sink(context).awaitExactly(List.of("a", "b"), List.of("c"));
				join(registry.reset("keep"));
				assertThat(options(context, "keep"))
					.isEqualTo(BatchOptions.defaults().withTimeout(Duration.ofDays(100)));
			});
		}

		@Test
		void forInstancesThatComeLater() {
			this.runner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				registry.batch("keep", 2, Duration.ofDays(1));
				join(registry.concurrency("keep", 3));
				join(registry.restart("keep"));
				offer(context, IntStream.range(0, 30).mapToObj(String::valueOf).toArray(String[]::new));
				// Each of three may keep one that waits for another.
				Awaitility.await().until(() -> keep(context).in() >= 27);
				assertThat(TestContexts.sink(context).events()).allMatch((batch) -> ((List<?>) batch).size() == 2);
			});
		}

		@Test
		void onlyWhereThereAreAny() {
			this.runner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThatIllegalArgumentException().isThrownBy(() -> registry.batch("bare", 5, Duration.ofSeconds(1)))
					.withMessage("stage 'bare' has no batches to change: configure a size, even if it is 1");
				assertThatIllegalArgumentException().isThrownBy(() -> registry.batch("kep", 5, Duration.ofSeconds(1)))
					.withMessageContaining("did you mean 'keep'?");
			});
		}

		@Test
		void onlyWithinTheDemandOfTheStageWhichStays() {
			this.runner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThatIllegalArgumentException()
					.isThrownBy(() -> registry.batch("keep", 1001, Duration.ofSeconds(1)))
					.withMessage("size must be from 1 to 1000, the maximum demand of the stage, but is 1001");
				assertThatIllegalArgumentException().isThrownBy(() -> registry.batch("keep", 0, Duration.ofSeconds(1)));
				assertThatIllegalArgumentException().isThrownBy(() -> registry.batch("keep", 1, Duration.ZERO));
				assertThatIllegalArgumentException().isThrownBy(() -> registry.demand("keep", 99, 5))
					.withMessage("the maximum demand of stage 'keep' must be at least 100, the size of its batches, "
							+ "but is 99");
				assertThat(options(context, "keep").size()).isEqualTo(100);
				assertThat(maxDemandNow(context)).isEqualTo(1000);
			});
		}

		@Test
		void togetherWithTheDemandOfTheStage() {
			this.runner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.demand("keep", 2000, 0));
				registry.batch("keep", 1500, Duration.ofDays(1));
				offer(context, "a", "b", "c", "d");
				Awaitility.await().until(() -> keep(context).backlog() == 4);
				registry.batch("keep", 2, Duration.ofDays(1));
				join(registry.demand("keep", 2, 0));
				TestContexts.sink(context).awaitExactly(List.of("a", "b"), List.of("c", "d"));
				join(registry.reset("keep"));
				assertThat(options(context, "keep").size()).isEqualTo(100);
				assertThat(maxDemandNow(context)).isEqualTo(1000);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return IntStream.rangeClosed(1, 8).boxed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherNumbers {

		@Producer
		Stream<Integer> others() {
			return IntStream.rangeClosed(9, 10).boxed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfMethod {

		private final Sink sink;

		OfMethod(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 3, timeout = "100d"))
		void keep(List<Integer> numbers) {
			this.sink.add(numbers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfMessages {

		private final Sink sink;

		volatile int batches;

		OfMessages(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = { "numbers", "others" }, batch = @Batch(size = 10, timeout = "100d"))
		void keep(List<Message<Integer>> numbers) {
			this.batches++;
			numbers.forEach((message) -> this.sink
				.add(message.getPayload() + " of " + message.getHeaders().get(GenStageHeaders.PRODUCER)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sums {

		private final Sink sink;

		Sums(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "numbers", batch = @Batch(size = 3, timeout = "100d"))
		int sums(List<Integer> numbers) {
			return numbers.stream().mapToInt(Integer::intValue).sum();
		}

		@Consumer(subscribeTo = "sums")
		void keep(int sum) {
			this.sink.add(sum);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfStages {

		@Bean
		@ProducerConsumer(subscribeTo = "numbers", batch = @Batch(size = 3, timeout = "100d"))
		ProducerConsumerStage<Integer, Integer> sums() {
			return (numbers, from) -> List.of(numbers.stream().mapToInt(Integer::intValue).sum());
		}

		@Bean
		@Consumer(subscribeTo = "sums", batch = @Batch(size = 5))
		ConsumerStage<Integer> keep(Sink sink) {
			return new ConsumerStage<>() {
				@Override
				public void onStart(StageContext context) {
					sink.add("started");
				}

				@Override
				public void handleEvents(List<Integer> sums, Subscription from) {
					sums.forEach((sum) -> sink.add("sum " + sum));
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfFunctions {

		@Bean
		@ProducerConsumer(subscribeTo = "numbers", batch = @Batch(size = 3, timeout = "100d"))
		Function<List<Integer>, Integer> sums() {
			return (numbers) -> numbers.stream().mapToInt(Integer::intValue).sum();
		}

		@Bean
		@Consumer(subscribeTo = "sums", batch = @Batch(size = 2, timeout = "100d"))
		java.util.function.Consumer<List<Integer>> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfOne {

		@Consumer(subscribeTo = "numbers", batch = @Batch)
		void keep(int number) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfOneFunction {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfAsking {

		@Bean
		@Consumer(subscribeTo = "numbers", batch = @Batch)
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
	static class OfReporting {

		@Bean
		@Consumer(subscribeTo = "numbers", batch = @Batch)
		ConsumerStage<Integer> keep() {
			return new ConsumerStage<>() {

				@Override
				public void handleEvents(List<Integer> numbers, Subscription from) {
				}

				@Override
				public boolean reportsHandled() {
					return true;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StringMessages {

		private final Sink sink;

		StringMessages(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<String> letters() {
			return Stream.of("a");
		}

		@Producer(dispatcher = "broadcast")
		Stream<Message<String>> messages() {
			return Stream.of(new GenericMessage<>("a"));
		}

		@Consumer(subscribeTo = "${from}", batch = @Batch)
		void keep(List<Message<String>> letters) {
			letters.forEach((letter) -> this.sink.add(letter.getPayload()));
		}

		@Consumer(subscribeTo = { "letters", "messages" })
		void ignore(Object letter) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		private final Sink sink;

		Letters(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		static EventQueue<String> letters() {
			return new EventQueue<>(1000);
		}

		@Consumer(subscribeTo = "letters", batch = @Batch(timeout = "${the.timeout:100d}"))
		void keep(List<String> letters) {
			this.sink.add(letters);
		}

		@Consumer(subscribeTo = "letters", batch = @Batch)
		void plain(List<String> letters) {
		}

		@Consumer(subscribeTo = "letters")
		void bare(List<String> letters) {
		}

		@Bean
		static Function<String, String> initial() {
			return (letter) -> letter.isEmpty() ? null : letter.substring(0, 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Words {

		private final Sink sink;

		Words(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		static EventQueue<String> letters() {
			return new EventQueue<>(1000);
		}

		@ProducerConsumer(subscribeTo = "letters", batch = @Batch(timeout = "100d"))
		String words(List<String> letters) {
			return String.join("", letters);
		}

		@Consumer(subscribeTo = "words", batch = @Batch(timeout = "100d"))
		void keep(List<String> words) {
			this.sink.add(words);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		private final Sink sink;

		Failing(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 3, timeout = "100d"))
		void keep(List<Integer> numbers) {
			if (numbers.contains(1)) {
				throw new IllegalArgumentException("bad batch");
			}
			this.sink.add(numbers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Limited {

		private final Sink sink;

		Limited(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 2, timeout = "100d"),
				rate = @Rate(events = 5, period = "100d"))
		void keep(List<Integer> numbers) {
			this.sink.add(numbers);
		}

	}

	/**
	 * Notes which instance has taken which events.
	 */
	static class Hands {

		private final Set<Integer> sizes = ConcurrentHashMap.newKeySet();

		private final Map<Integer, Integer> times = new ConcurrentHashMap<>();

		private final Map<Integer, Set<String>> takers = new ConcurrentHashMap<>();

		@Producer
		Stream<Integer> many() {
			return IntStream.range(0, 1000).boxed();
		}

		@Consumer(subscribeTo = "many", batch = @Batch(size = 20, timeout = "100d"))
		void take(List<Integer> numbers, StageContext stage) {
			this.sizes.add(numbers.size());
			numbers.forEach((number) -> {
				this.times.merge(number, 1, Integer::sum);
				this.takers.computeIfAbsent(number % 50, (key) -> ConcurrentHashMap.newKeySet())
					.add(stage.self().name());
			});
		}

		void assertAllTakenOnce() {
			assertThat(this.times).hasSize(1000).allSatisfy((number, count) -> assertThat(count).isEqualTo(1));
			assertThat(this.sizes).allMatch((size) -> size <= 20);
		}

	}

}
