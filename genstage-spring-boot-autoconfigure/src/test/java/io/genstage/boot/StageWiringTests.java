package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.CheckpointedSource.Page;
import io.genstage.source.MemoryProgressStore;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is wrong with stages and how it is told.
 */
@ExtendWith(OutputCaptureExtension.class)
class StageWiringTests {

	private static final String LEGAL = "one event, a List of events, a Message or a List of Messages, "
			+ "and beside it a Subscription, a StageContext and, beside one event, an Acknowledgement";

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class OfSettings {

		@ParameterizedTest(name = "{0}")
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.max-demand=0       | property 'genstage.stages.keep.max-demand': must be from 1 to 1000000, but is 0
						genstage.stages.keep.max-demand=1000001 | property 'genstage.stages.keep.max-demand': must be from 1 to 1000000, but is 1000001
						genstage.stages.keep.min-demand=1000    | property 'genstage.stages.keep.min-demand': must be from 0 to 999 (less than the maximum demand), but is 1000
						genstage.stages.keep.min-demand=-1      | property 'genstage.stages.keep.min-demand': must be from 0 to 999 (less than the maximum demand), but is -1
						genstage.defaults.max-demand=0          | property 'genstage.defaults.max-demand': must be from 1 to 1000000, but is 0
						genstage.defaults.min-demand=1000       | property 'genstage.defaults.min-demand': must be from 0 to 999 (less than the maximum demand), but is 1000
						genstage.defaults.buffer-size=-1        | property 'genstage.defaults.buffer-size': must be from 0 to 2147483647, but is -1
						genstage.defaults.dispatcher=round      | property 'genstage.defaults.dispatcher': names 'round', which is no dispatcher: there are [broadcast, demand, partition]
						genstage.stages.numbers.dispatcher=broadcat | property 'genstage.stages.numbers.dispatcher': names 'broadcat', which is no dispatcher: did you mean 'broadcast'? (there are [broadcast, demand, partition])
						genstage.stages.numbers.max-demand=5    | property 'genstage.stages.numbers.max-demand': has no effect on a producer: remove it
						genstage.stages.keep.dispatcher=demand  | property 'genstage.stages.keep.dispatcher': has no effect on a consumer: remove it
						genstage.stages.keeep.max-demand=5      | property 'genstage.stages.keeep': there is no stage 'keeep': did you mean 'keep'? (there are [keep, numbers]); if it is there in some profile only, add it to genstage.optional-stages
						genstage.lifecycle.drain-timeout=-1s    | property 'genstage.lifecycle.drain-timeout': must be from 0s to 365d, but is -1s
						genstage.lifecycle.drain-timeout=999999d | property 'genstage.lifecycle.drain-timeout': must be from 0s to 365d, but is 999999d
						""")
		void isToldWithPropertyAndValue(String property, String message) {
			StageWiringTests.this.contextRunner.withUserConfiguration(Sound.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage(message));
		}

		@Test
		void isToldWithTheAttributeOfTheAnnotation() {
			assertProblems(WrongAttributes.class,
					"@Producer bean 'numbers': attribute 'bufferSize' must be from 0 to 2147483647, but is -1",
					"@Producer bean 'numbers': attribute 'dispatcher' names 'brodcast', which is no dispatcher: "
							+ "did you mean 'broadcast'? (there are [broadcast, demand, partition])",
					"@Consumer bean 'keep': attribute 'maxDemand' must be from 1 to 1000000, but is 0",
					"@Consumer bean 'other': attribute 'minDemand' must be from 0 to 9 (less than the maximum demand), "
							+ "but is 10");
		}

		@Test
		void isToldTogetherForAllValuesOfAnotherType() {
			StageWiringTests.this.contextRunner.withUserConfiguration(UnknownProducer.class)
				.withPropertyValues("genstage.stages.keep.max-demand=abc", "genstage.stages.keep.rate.period=soon",
						"genstage.defaults.buffer-keep=middle", "genstage.lifecycle.auto-startup=maybe",
						"genstage.lifecycle.phase=first", "genstage.stages.other=5",
						"genstage.stages.numbers.min-demnd=5")
				.run((context) -> assertThat(context.getStartupFailure())
					.isInstanceOfSatisfying(StageWiringException.class, (failure) -> assertThat(failure.problems())
						.extracting(WiringProblem::toString)
						.contains(
								"property 'genstage.stages.keep.max-demand': must be a whole number from 1 to 1000000, but is 'abc'",
								"property 'genstage.stages.keep.rate.period': must be a time such as 500ms or 2s, from 1ms to 365d, but is 'soon'",
								"property 'genstage.defaults.buffer-keep': must be one of [first, last], but is 'middle'",
								"property 'genstage.lifecycle.auto-startup': must be true or false, but is 'maybe'",
								"property 'genstage.lifecycle.phase': must be a whole number from -2147483648 to 2147483647, but is 'first'",
								"property 'genstage.stages.other': must have its values in properties below it")
						.anyMatch((problem) -> problem.startsWith("property 'genstage.stages.numbers.min-demnd'"))
						.anyMatch((problem) -> problem
							.startsWith("@Consumer bean 'keep': stage 'keep' subscribes to 'nubmers'"))));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.max-demnd=5                       | there is no 'max-demnd' of 'genstage.stages.keep': did you mean 'max-demand'? (there are [auto-startup,
						genstage.stages.keep.maxDemnd=5                        | there is no 'maxdemnd' of 'genstage.stages.keep': did you mean 'max-demand'? (there are [auto-startup,
						genstage.stages[keep].restart.perod=5s                 | there is no 'perod' of 'genstage.stages[keep].restart': did you mean 'period'? (there are [first-delay, max-delay, max-restarts, multiplier, period])
						genstage.stages.keep.subscriptions.numbers.selector=x  | there is no 'selector' of 'genstage.stages.keep.subscriptions.numbers': there are [max-demand, min-demand, partition]
						genstage.lifecycle.drain-timout=5s                     | there is no 'drain-timout' of 'genstage.lifecycle': did you mean 'drain-timeout'? (there are [auto-startup,
						genstage.default.max-demand=5                          | there is no 'default' of 'genstage': did you mean 'defaults'? (there are [accounts, dead-letters, defaults, health, lifecycle, links, links-defaults, observation, optional-stages, progress, stages])
						""")
		void isToldForAPropertyThatDoesNotExist(String property, String message) {
			StageWiringTests.this.contextRunner.withUserConfiguration(Sound.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
						StageWiringException.class, (failure) -> assertThat(failure.problems()).singleElement()
							.satisfies((problem) -> assertThat(problem.description()).startsWith(message))));
		}

		@Test
		void isToldTogetherWithAllElse() {
			StageWiringTests.this.contextRunner.withUserConfiguration(UnknownProducer.class)
				.withPropertyValues("genstage.stages.keep.max-demnd=5", "genstage.stages.keep.max-demand=0")
				.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
						StageWiringException.class, (failure) -> assertThat(failure.problems()).hasSize(4)));
		}

		@ParameterizedTest
		@ValueSource(strings = { "genstage.optional-stages[0]=audit", "genstage.optional-stages=audit",
				"genstage.stages.keep.max-demand=", "genstage.lifecycle.exitOnCompletion=",
				"genstage.stages.keep.subscriptions.numbers.max-demand=5", "genstage.stages.keep.restart.period=5s" })
		void isNotAPropertyThatExists(String property) {
			StageWiringTests.this.contextRunner.withUserConfiguration(Sound.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context).hasNotFailed());
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.lifecycle.other.lines | genstage.lifecycle.other.lins  | did you mean 'lines'? (there are [lines, pages])
						genstage.shelf.width           | genstage.shelf.widh            | did you mean 'width'? (there are [width])
						""")
		void isToldForPropertiesOfAnotherModule(String known, String unknown, String message) {
			ApplicationContextRunner runner = StageWiringTests.this.contextRunner.withUserConfiguration(Sound.class,
					OtherModule.class);
			runner.withPropertyValues(known + "=1").run((context) -> assertThat(context).hasNotFailed());
			runner.withPropertyValues(unknown + "=1")
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("property '%s'".formatted(unknown))
					.hasMessageContaining(message));
		}

		@Test
		void isLoggedForTheEnvironmentAndTheSystem(CapturedOutput output) {
			StageWiringTests.this.contextRunner.withUserConfiguration(Sound.class)
				.withInitializer((context) -> TestContexts.setVariables(context,
						Map.of("GENSTAGE_STAGES_KEEP_MAXDEMND", "5", "GENSTAGE_HOME", "/opt")))
				.withSystemProperties("genstage.lifecycle.drain-timout=5s")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(output)
						.contains("property 'genstage.stages.keep.maxdemnd': there is no 'maxdemnd' of "
								+ "'genstage.stages.keep': did you mean 'max-demand'?")
						.contains("(System Environment Property \"GENSTAGE_STAGES_KEEP_MAXDEMND\")")
						.contains("property 'genstage.home'")
						.contains("property 'genstage.lifecycle.drain-timout'");
				});
		}

	}

	@Nested
	class OfEdges {

		@Test
		void isToldWithTheNamesThatExist() {
			assertProblems(UnknownProducer.class,
					"@Producer bean 'numbers': stage 'numbers' is a producer without a consumer: no stage subscribes to it",
					"@Consumer bean 'keep': stage 'keep' subscribes to 'nubmers', which doesn't exist: "
							+ "did you mean 'numbers'? (there are [numbers])");
		}

		@Test
		void isToldForEventTypesThatCanNotMeetWithBothSides() {
			String bean = "of bean 'stageWiringTests.OtherTypes'";
			assertProblems(OtherTypes.class,
					"@Consumer method 'OtherTypes.texts' %s: stage 'texts' takes java.lang.String, but 'numbers', which it subscribes to, emits java.lang.Integer: the @Producer bean 'numbers'"
						.formatted(bean),
					"@Consumer method 'OtherTypes.dates' %s: stage 'dates' takes java.util.Map<java.lang.String, ?>, but 'maps', which it subscribes to, emits java.util.Map<java.lang.Integer, java.lang.String>: the @ProducerConsumer method 'OtherTypes.maps' %s"
						.formatted(bean, bean));
		}

		@Test
		void isToldForSourcesThatShareTheirProgress() {
			assertProblems(SameProgress.class,
					"@Producer bean 'other': it saves its progress by the same name as stage 'letters', in the same store: "
							+ "give each source a name of its own, and each stage a source");
		}

		@Test
		void isToldForAStageThatSubscribesToItself() {
			assertProblems(Selfish.class, "@ProducerConsumer bean 'same': stage 'same' subscribes to itself");
		}

		@Test
		void isToldForACircle() {
			assertProblems(Circle.class,
					"@ProducerConsumer bean 'one': stage 'one' is in a circle of subscriptions: one → two → one");
		}

		@Test
		void isToldForAConsumerThatSubscribesToNothing() {
			assertProblems(NoProducer.class,
					"@Consumer bean 'keep': stage 'keep' is a consumer without a producer: say which stages it subscribes to");
		}

		@Test
		void isToldForANameThatIsTaken() {
			assertProblems(SameName.class,
					"@Consumer method 'SameName.twice' of bean 'stageWiringTests.SameName': "
							+ "its name 'keep' is taken by the @Consumer method 'SameName.once' of bean "
							+ "'stageWiringTests.SameName': give one of them another name");
		}

		@Test
		void isToldForAPlaceholderWithoutAValue() {
			assertProblems(NoValue.class,
					"@Consumer bean 'keep': Could not resolve placeholder 'nobody.knows' in value \"${nobody.knows}\"",
					"@Consumer bean 'keep': stage 'keep' subscribes to '${nobody.knows}', which doesn't exist: "
							+ "there are [numbers]",
					"@Producer bean 'numbers': stage 'numbers' is a producer without a consumer: no stage subscribes to it");
		}

	}

	@Nested
	class OfBeansAndMethods {

		@Test
		void isToldForABeanThatIsNoStage() {
			assertProblems(NoStage.class,
					"@Consumer bean 'keep': expected a consumer, but java.lang.Runnable is none: "
							+ "it must be a ConsumerStage or java.util.function.Consumer",
					"@Producer bean 'numbers': expected a producer, but java.lang.Runnable is none: "
							+ "it must be a ProducerStage, Supplier, Iterable or Stream",
					"@ProducerConsumer bean 'between': expected a producer-consumer, but java.lang.Runnable is none: "
							+ "it must be a ProducerConsumerStage or Function");
		}

		@Test
		void isToldForAStageOfAnotherKind() {
			assertProblems(OtherKind.class,
					"@Producer bean 'numbers': expected a producer, but io.genstage.ConsumerStage is a consumer: "
							+ "it must be a ProducerStage, Supplier, Iterable or Stream");
		}

		@Test
		void isToldForAMethodWithTwoAnnotations() {
			assertProblems(TwoAnnotations.class,
					"@Consumer method 'TwoAnnotations.both' of bean 'stageWiringTests.TwoAnnotations': "
							+ "it is a producer-consumer as well: choose one annotation",
					"@ProducerConsumer method 'TwoAnnotations.both' of bean 'stageWiringTests.TwoAnnotations': "
							+ "stage 'both' is a producer-consumer without a consumer: no stage subscribes to it");
		}

		@Test
		void isToldForImpossibleSignatures() {
			String at = "method 'Impossible.%s' of bean 'stageWiringTests.Impossible': ";
			assertProblems(Impossible.class,
					"@Producer " + at.formatted("nothing") + "method 'void nothing()' returns nothing, so it can never "
							+ "emit: return an event, an Optional, a Collection, an array or a Stream, or what "
							+ "becomes one of them",
					"@Producer " + at.formatted("takesText") + "method 'String takesText(String)' takes "
							+ "parameter 1 of type java.lang.String ('text'): it must take nothing, or the demand as "
							+ "an int or a long, and beside it a StageContext",
					"@ProducerConsumer " + at.formatted("swallow") + "method 'void swallow(String)' returns nothing, "
							+ "so it can never emit: return events, or make it a @Consumer",
					"@Consumer " + at.formatted("none") + "method 'void none(Subscription)' takes no events: "
							+ "it must take " + LEGAL,
					"@Consumer " + at.formatted("two") + "method 'void two(String, List)' takes events more than "
							+ "once, by parameter 1 of type java.lang.String ('one') and "
							+ "parameter 2 of type java.util.List<java.lang.String> ('others'): it must take " + LEGAL,
					"@Consumer " + at.formatted("answer") + "method 'String answer(String)' returns java.lang.String, "
							+ "but a consumer emits nothing: return void, what becomes Void, Outcomes or the Outcome "
							+ "of another event, or make it a @ProducerConsumer",
					"@Consumer " + at.formatted("later") + "method 'CompletionStage later(String)' returns "
							+ "java.util.concurrent.CompletionStage<java.lang.Integer>, but a consumer emits "
							+ "nothing: return void, what becomes Void, Outcomes or the Outcome of another event, "
							+ "or make it a @ProducerConsumer");
		}

	}

	@Nested
	class OfNothing {

		@Test
		void isAnApplicationWithoutStages() {
			StageWiringTests.this.contextRunner.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(TestContexts.registry(context).pipelines()).isEmpty();
			});
		}

	}

	private void assertProblems(Class<?> configuration, String... messages) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOfSatisfying(StageWiringException.class,
					(failure) -> assertThat(failure.problems()).extracting(WiringProblem::toString)
						.containsExactlyInAnyOrder(messages));
		});
	}

	@EnableConfigurationProperties({ OtherModule.Other.class, OtherModule.Shelf.class })
	static class OtherModule {

		@ConfigurationProperties("genstage.lifecycle.other")
		record Other(int lines, int pages) {
		}

		@ConfigurationProperties("genstage.shelf")
		static class Shelf {

			private int width;

			public int getWidth() {
				return this.width;
			}

			public void setWidth(int width) {
				this.width = width;
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sound {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrongAttributes {

		@Bean
		@Producer(bufferSize = -1, dispatcher = "brodcast")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers", maxDemand = 0)
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(subscribeTo = "numbers", maxDemand = 10, minDemand = 10)
		java.util.function.Consumer<Integer> other(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnknownProducer {

		@Bean
		@Producer
		Supplier<String> numbers() {
			return () -> null;
		}

		@Bean
		@Consumer(subscribeTo = "nubmers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherTypes {

		@Bean
		@Producer
		Supplier<CompletableFuture<List<Integer>>> numbers() {
			return () -> null;
		}

		@ProducerConsumer(subscribeTo = "numbers")
		<T extends Number> List<Map<Integer, String>> maps(List<T> numbers) {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void texts(List<String> texts) {
		}

		@Consumer(subscribeTo = "maps")
		void dates(Map<String, ?> dates) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameProgress {

		private final ProgressStore<Integer> store = new MemoryProgressStore<>();

		@Bean
		@Producer
		CheckpointedProducer<Integer, String> letters() {
			return Sources.checkpointed((position, max) -> Page.last(List.of()), this.store, "letters");
		}

		@Bean
		@Producer
		CheckpointedProducer<Integer, String> other() {
			return Sources.checkpointed((position, max) -> Page.last(List.of()), this.store, "letters");
		}

		@Bean
		@Producer
		CheckpointedProducer<Integer, String> numbers() {
			return Sources.checkpointed((position, max) -> Page.last(List.of()), this.store, "numbers");
		}

		@Consumer(subscribeTo = { "letters", "other", "numbers" })
		void keep(String letter) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Selfish {

		@Bean
		@ProducerConsumer(subscribeTo = "same")
		java.util.function.Function<Integer, Integer> same() {
			return (event) -> event;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Circle {

		@Bean
		@ProducerConsumer(subscribeTo = "two")
		java.util.function.Function<Integer, Integer> one() {
			return (event) -> event;
		}

		@Bean
		@ProducerConsumer(subscribeTo = "one")
		java.util.function.Function<Integer, Integer> two() {
			return (event) -> event;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoProducer {

		@Bean
		@Consumer(subscribeTo = {})
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameName {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Consumer(name = "keep", subscribeTo = "numbers")
		void once(int event) {
		}

		@Consumer(name = "keep", subscribeTo = "numbers")
		void twice(int event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoValue {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "${nobody.knows}")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoStage {

		@Bean
		@Producer
		Runnable numbers() {
			return () -> {
			};
		}

		@Bean
		@ProducerConsumer(subscribeTo = "numbers")
		Runnable between() {
			return () -> {
			};
		}

		@Bean
		@Consumer(subscribeTo = "between")
		Runnable keep() {
			return () -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherKind {

		@Bean
		@Producer
		ConsumerStage<Integer> numbers() {
			return (events, from) -> {
			};
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAnnotations {

		@Bean
		@Producer
		io.genstage.ProducerStage<Integer> numbers() {
			return Sources.iterable(List.of(1));
		}

		@ProducerConsumer(subscribeTo = "numbers")
		@Consumer(subscribeTo = "numbers")
		int both(int event) {
			return event;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Impossible {

		@Producer
		void nothing() {
		}

		@Producer
		String takesText(String text) {
			return text;
		}

		@ProducerConsumer(subscribeTo = { "nothing", "takesText" })
		void swallow(String event) {
		}

		@Consumer(subscribeTo = "swallow")
		void none(Subscription from) {
		}

		@Consumer(subscribeTo = "swallow")
		void two(String one, List<String> others) {
		}

		@Consumer(subscribeTo = "swallow")
		CompletionStage<Integer> later(String event) {
			return CompletableFuture.completedStage(1);
		}

		@Consumer(subscribeTo = "swallow")
		String answer(String event) {
			return event;
		}

	}

}
