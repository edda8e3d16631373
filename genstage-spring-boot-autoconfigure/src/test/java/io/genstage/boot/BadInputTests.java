package io.genstage.boot;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.pipeline.StageDefinition;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What nobody should write: it is told in one message, and nothing is left running.
 */
@ExtendWith(OutputCaptureExtension.class)
class BadInputTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class Names {

		private final ApplicationContextRunner contextRunner = BadInputTests.this.contextRunner
			.withUserConfiguration(Named.class);

		@ParameterizedTest
		@ValueSource(strings = { "my numbers", "my.numbers", "numbers!", "числа", "'", "a;b" })
		void mayBeOdd(String name) {
			named(name).run((context) -> {
				TestContexts.sink(context).awaitExactly(1);
				assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
					.containsExactly(name, "keep");
			});
		}

		@ParameterizedTest
		@CsvSource({ "a/b, a/b", "a\\nb, a\\nb", ".., ..", "a\u202eb, a\\u202eb", "a\u200bb, a\\u200bb" })
		void mustBeSeenAndBePartOfAPath(String name, String shown) {
			named(name).run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining("stage '%s' needs another name".formatted(shown)));
		}

		@Test
		void mustNotBreakTheLine(CapturedOutput output) {
			String shown = "a\\u000d\\u000aERROR forged";
			named("a\r\nERROR forged").run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessage(
						"@Producer bean 'numbers': stage '%s' needs another name: it must have 1 to 200 characters, "
							.formatted(shown)
								+ "not all blank, none of them invisible or one of / and \\, and must not be . or .."));
			assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("ERROR"));
		}

		@Test
		void mustNotHaveTenThousandCharacters() {
			named("n".repeat(10_000)).run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessage(
						"@Producer bean 'numbers': stage '%s…' needs another name: it must have 1 to 200 characters, "
							.formatted("n".repeat(200))
								+ "not all blank, none of them invisible or one of / and \\, and must not be . or .."));
		}

		@Test
		void ofOthersAreEscapedAndCutInMessages(CapturedOutput output) {
			String forged = "x\r\nERROR forged" + "!".repeat(10_000);
			BadInputTests.this.contextRunner.withUserConfiguration(Placeholders.class)
				.withPropertyValues("the.producer=" + forged, "the.dispatcher=" + forged, "the.partition=" + forged,
						"the.keep=" + forged)
				.run((context) -> assertThat(context.getStartupFailure())
					.isInstanceOfSatisfying(StageWiringException.class, (failure) -> assertThat(failure.problems())
						.hasSize(4)
						.allSatisfy((problem) -> assertThat(problem.toString()).contains("x\\u000d\\u000aERROR forged")
							.hasSizeLessThan(2100)
							.doesNotContain("\r", "\n"))));
			assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("ERROR"));
		}

		private ApplicationContextRunner named(String name) {
			return this.contextRunner.withInitializer((context) -> context.getBeanFactory()
				.addEmbeddedValueResolver((value) -> value.equals("#name") ? name : value));
		}

	}

	@Nested
	class Methods {

		@Test
		void thatAreOverloadedNeedDifferentNames() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, Overloads.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage(
							"@Consumer method 'Overloads.keep(List)' of bean 'badInputTests.Overloads': its name 'keep' "
									+ "is taken by the @Consumer method 'Overloads.keep(Integer)' of bean "
									+ "'badInputTests.Overloads': give one of them another name"));
		}

		@Test
		void thatAreFinalCanNotBeCalledThroughAProxyOfTheClass() {
			proxied(FinalMethod.class).run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessage("@Consumer method 'FinalMethod.keep' of bean 'advised': it is final, so the proxy of its "
						+ "class can't pass calls on to the bean: remove 'final'"));
		}

		@Test
		void thatReturnAPublisherMustBeToldTheDemand() {
			BadInputTests.this.contextRunner.withUserConfiguration(Unasked.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageContaining("@Producer method 'Unasked.numbers' of bean 'badInputTests.Unasked': method "
							+ "'Flux numbers(StageContext)' returns reactor.core.publisher.Flux<java.lang.Integer> "
							+ "without knowing how much is wanted: take the demand as a long, or return a Stream"));
		}

		@Test
		void mayBeFinalWithoutAProxy() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, FinalMethod.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1));
		}

		@Test
		void mayBeInAFinalClassWithoutAProxy() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, FinalClass.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1));
		}

		@Test
		void ofAFinalClassCanNotBeProxied() {
			proxied(FinalClass.class).run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BeanCreationException.class)
				.hasMessageContaining("'advised'")
				.hasStackTraceContaining("Cannot subclass final class io.genstage.boot.BadInputTests$FinalClass"));
		}

		private ApplicationContextRunner proxied(Class<?> bean) {
			return BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, ClassProxies.class)
				.withBean("advised", bean);
		}

	}

	@Nested
	class Edges {

		@Test
		void mayNotBeThereTwice() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, Twice.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage("@Consumer method 'Twice.keep' of bean 'badInputTests.Twice': "
							+ "stage 'keep' subscribes to 'numbers' more than once"));
		}

	}

	@Nested
	class EdgesWithoutAName {

		@Test
		void areToldWithTheNamesThatExist() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, Keeping.class, Nameless.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage(
							"@Consumer method 'Nameless.all' of bean 'badInputTests.Nameless': stage 'all' subscribes "
									+ "to '', which doesn't exist: there are [k, keep, numbers]"));
		}

	}

	@Nested
	class Beans {

		@Test
		void needDifferentNamesOfTheirStages() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, OneName.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage("@Consumer bean 'other': its name 'keep' is taken by the @Consumer bean 'keep': "
							+ "give one of them another name"));
		}

	}

	@Nested
	class Customizers {

		@Test
		void mustReturnADefinition() {
			StageDefinitionCustomizer none = new NoDefinition();
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, Keeping.class)
				.withBean(StageDefinitionCustomizer.class, () -> none)
				.run((context) -> assertThat(context).getFailure()
					.hasMessage(
							"io.genstage.boot.BadInputTests$NoDefinition returned no definition of stage 'numbers'"));
		}

		@Test
		void mustNotRenameAStage() {
			BadInputTests.this.contextRunner.withUserConfiguration(Numbers.class, Keeping.class)
				.withBean(StageDefinitionCustomizer.class,
						() -> (stage) -> StageDefinition.of("other", (ConsumerStage<Object>) (events, from) -> {
						}))
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("a StageDefinitionCustomizer made the consumer 'other' of the "));
		}

	}

	@Nested
	class Numbered {

		@ParameterizedTest(name = "{0}={1}")
		@CsvSource({ "keep.max-demand, -2147483648, from 1 to 1000000",
				"keep.max-demand, 2147483647, from 1 to 1000000",
				"keep.min-demand, -2147483648, from 0 to 999 (less than the maximum demand)",
				"keep.min-demand, 2147483647, from 0 to 999 (less than the maximum demand)",
				"keep.subscriptions.numbers.max-demand, 0, from 1 to 1000000",
				"keep.subscriptions.numbers.min-demand, 2147483647, from 0 to 999 (less than the maximum demand)",
				"keep.subscriptions.numbers.partition, -1, from 0 to 1 (as 'numbers' has 2 partitions)",
				"keep.subscriptions.numbers.partition, 99999999999, from 0 to 1 (as 'numbers' has 2 partitions)",
				"numbers.buffer-size, -2147483648, from 0 to 2147483647", "numbers.partitions, 0, from 1 to 100000",
				"numbers.partitions, 2147483647, from 1 to 100000" })
		void outOfRangeIsToldWithTheRange(String setting, String value, String range) {
			BadInputTests.this.contextRunner.withUserConfiguration(Partitioned.class)
				.withPropertyValues("genstage.stages.%s=%s".formatted(setting, value))
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage(
							"property 'genstage.stages.%s': must be %s, but is %s".formatted(setting, range, value)));
		}

		@Test
		void tooLargeForAnIntIsToldWithPropertyAndValue() {
			BadInputTests.this.contextRunner.withUserConfiguration(Partitioned.class)
				.withPropertyValues("genstage.stages.keep.max-demand=99999999999")
				.run((context) -> assertThat(context).getFailure()
					.hasStackTraceContaining("genstage.stages.keep.max-demand")
					.hasStackTraceContaining("99999999999"));
		}

	}

	@Nested
	class PropertiesOfAnAbsentStage {

		private final ApplicationContextRunner contextRunner = BadInputTests.this.contextRunner
			.withUserConfiguration(Numbers.class, Keeping.class, OnlyInProduction.class)
			.withPropertyValues("genstage.stages.audit.max-demand=5");

		@Test
		void areRefused() {
			this.contextRunner.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessage("property 'genstage.stages.audit': there is no stage 'audit': there are [keep, numbers]; "
						+ "if it is there in some profile only, add it to genstage.optional-stages"));
		}

		@Test
		void haveAnEffectIfTheProfileIsActive() {
			this.contextRunner.withPropertyValues("spring.profiles.active=production")
				.run((context) -> assertThat(TestContexts.registry(context).definitions())
					.filteredOn((stage) -> stage.name().equals("audit"))
					.singleElement()
					.satisfies((stage) -> assertThat(stage.producers().get(0).optionsFor(1).maxDemand()).isEqualTo(5)));
		}

		@ParameterizedTest
		@ValueSource(strings = { "audit", "Au-dit", "*" })
		void areIgnoredIfTheStageIsOptional(String optional) {
			this.contextRunner.withPropertyValues("genstage.optional-stages=other," + optional)
				.run((context) -> TestContexts.sink(context).awaitExactly(1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		@Producer("#name")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "#name")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Placeholders {

		@Bean
		@Producer(dispatcher = "${the.dispatcher}", bufferKeep = "${the.keep}")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Producer(dispatcher = "partition", partitions = 1)
		List<Integer> others() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = { "numbers", "${the.producer}" },
				subscriptions = @SubscribeTo(producer = "others", partition = "${the.partition}"))
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	static class Overloads {

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Integer> numbers) {
		}

	}

	static class Unasked {

		@Producer
		Flux<Integer> numbers(StageContext stage) {
			return Flux.just(1);
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

	}

	static class FinalMethod {

		private final Sink sink;

		FinalMethod(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		final void keep(Integer number) {
			this.sink.add(number);
		}

	}

	static final class FinalClass {

		private final Sink sink;

		FinalClass(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			this.sink.add(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassProxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("advised");
			creator.setInterceptorNames("advice");
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static MethodInterceptor advice() {
			return (invocation) -> invocation.proceed();
		}

	}

	static class Nameless {

		@Consumer(subscriptions = @SubscribeTo(maxDemand = 5))
		void all(Integer number) {
		}

		@Consumer(subscribeTo = "numbers")
		void k(Integer number) {
		}

	}

	static class NoDefinition implements StageDefinitionCustomizer {

		@Override
		@SuppressWarnings("NullAway") // what a careless one does
		public StageDefinition customize(StageDefinition stage) {
			return null;
		}

	}

	static class Twice {

		@Consumer(subscribeTo = "numbers", subscriptions = @SubscribeTo(producer = "numbers", maxDemand = 1))
		void keep(Integer number) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneName {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(name = "keep", subscribeTo = "numbers")
		java.util.function.Consumer<Integer> other(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Keeping {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Profile("production")
	static class OnlyInProduction {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> audit(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Partitioned {

		@Bean
		@Producer(dispatcher = "partition", partitions = 2)
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

}
