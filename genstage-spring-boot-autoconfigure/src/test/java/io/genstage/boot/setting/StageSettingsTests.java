package io.genstage.boot.setting;

import java.util.List;
import java.util.Map;

import io.genstage.StageOptions;
import io.genstage.Watch;
import io.genstage.SubscribeOptions;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.PipelineLifecycle;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The settings of stages, by property, annotation and default.
 */
class StageSettingsTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Stages.class);

	@Nested
	class Precedence {

		@ParameterizedTest(name = "{0} {1} {2}")
		@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
				-       | -       | plain  | 1000
				-       | 30      | plain  | 30
				20      | 30      | plain  | 20
				20      | -       | plain  | 20
				-       | -       | marked | 40
				-       | 30      | marked | 40
				20      | 30      | marked | 20
				20      | -       | marked | 20
				""")
		void isStageThenAnnotationThenDefaultsThenBuiltIn(String stage, String defaults, String name, int expected) {
			StageSettingsTests.this.contextRunner.withPropertyValues(property("genstage.stages." + name, stage))
				.withPropertyValues(property("genstage.defaults", defaults))
				.run((context) -> assertThat(demand(context, name).maxDemand()).isEqualTo(expected));
		}

		private String[] property(String prefix, String value) {
			return (value != null) ? new String[] { prefix + ".max-demand=" + value } : new String[0];
		}

		@Test
		void makesTheMinimumHalfOfTheMaximum() {
			StageSettingsTests.this.contextRunner.withPropertyValues("genstage.stages.plain.max-demand=9")
				.run((context) -> assertThat(demand(context, "plain").minDemand()).isEqualTo(4));
		}

		@Test
		void leavesOutAMinimumThatWasMeantForALargerMaximum() {
			StageSettingsTests.this.contextRunner.withPropertyValues("genstage.stages.marked.max-demand=10")
				.run((context) -> assertThat(demand(context, "marked").minDemand()).isEqualTo(5));
		}

		@Test
		void keepsAMinimumThatIsStillLess() {
			StageSettingsTests.this.contextRunner.withPropertyValues("genstage.stages.marked.max-demand=35")
				.run((context) -> assertThat(demand(context, "marked").minDemand()).isEqualTo(30));
		}

	}

	@Nested
	class OfTheBuffer {

		@Test
		void areTheEnginesOwnIfNothingIsSaid() {
			StageSettingsTests.this.contextRunner
				.run((context) -> assertThat(options(context, "numbers")).usingRecursiveComparison()
					.ignoringFields("maxUnsettled")
					.isEqualTo(StageOptions.defaults().withWatch(Watch.defaults().withHandleWithin(null))));
		}

		@Test
		void areItsSizeAndWhatItKeeps() {
			StageSettingsTests.this.contextRunner
				.withPropertyValues("genstage.stages.numbers.buffer-size=3",
						"genstage.stages.numbers.buffer-keep=first")
				.run((context) -> {
					assertThat(options(context, "numbers").bufferSize()).isEqualTo(3);
					assertThat(options(context, "numbers").bufferKeep()).isEqualTo(BufferKeep.FIRST);
				});
		}

		@Test
		void applyToAllStagesThatHaveOneAsDefaults() {
			StageSettingsTests.this.contextRunner.withPropertyValues("genstage.defaults.buffer-size=5")
				.run((context) -> {
					assertThat(options(context, "numbers").bufferSize()).isEqualTo(5);
					assertThat(options(context, "plain").bufferSize()).isNull();
				});
		}

	}

	@Nested
	class OfTheDispatcher {

		@Test
		void mayNameBroadcast() {
			StageSettingsTests.this.contextRunner.withPropertyValues("genstage.stages.numbers.dispatcher=broadcast")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("plain 1", "plain 2",
							"marked 1", "marked 2", "last 1", "last 2");
				});
		}

		@Test
		void mayNameABean() {
			DispatcherFactory<Object> mine = Dispatchers.demand();
			StageSettingsTests.this.contextRunner.withBean("mine", DispatcherFactory.class, () -> mine)
				.withPropertyValues("genstage.stages.numbers.dispatcher=mine")
				.run((context) -> assertThat(options(context, "numbers").dispatcher()).isSameAs(mine));
		}

		@Test
		void mayComeFromAPlaceholderOfTheAnnotation() {
			DispatcherFactory<Object> mine = Dispatchers.demand();
			StageSettingsTests.this.contextRunner.withBean("mine", DispatcherFactory.class, () -> mine)
				.withPropertyValues("the.dispatcher=mine")
				.run((context) -> assertThat(options(context, "between").dispatcher()).isSameAs(mine));
		}

	}

	@Nested
	class KeyedByName {

		@ParameterizedTest
		@ValueSource(strings = { "genstage.stages.last-of-all.max-demand=7", "genstage.stages.lastOfAll.max-demand=7",
				"genstage.stages.last_of_all.max-demand=7", "genstage.stages.LASTOFALL.max-demand=7",
				"genstage.stages[lastOfAll].max-demand=7", "genstage.stages.lastofall.maxDemand=7" })
		void mayBeWrittenAsAnyProperty(String property) {
			StageSettingsTests.this.contextRunner.withPropertyValues(property)
				.run((context) -> assertThat(demand(context, "lastOfAll").maxDemand()).isEqualTo(7));
		}

		@ParameterizedTest
		@ValueSource(strings = { "last-of-all", "lastOfAll", "last_of_all", "[lastOfAll]" })
		void mayBeWrittenInAnotherFormBySourcesWithPrecedence(String form) {
			StageSettingsTests.this.contextRunner
				.withInitializer((context) -> TestContexts.setVariables(context,
						Map.of("GENSTAGE_STAGES_LASTOFALL_MAXDEMAND", "9",
								"GENSTAGE_STAGES_LASTOFALL_SUBSCRIPTIONS_BETWEEN_MINDEMAND", "4")))
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addLast(new MapPropertySource("file",
							Map.of("genstage.stages." + form + ".max-demand", "7",
									"genstage.stages." + form + ".subscriptions.between.min-demand", "3",
									"genstage.stages." + form + ".concurrency", "2"))))
				.run((context) -> {
					assertThat(demand(context, "lastOfAll").maxDemand()).isEqualTo(9);
					assertThat(demand(context, "lastOfAll").minDemand()).isEqualTo(4);
					assertThat(definition(context, "lastOfAll").concurrency()).isEqualTo(2);
				});
		}

		@Test
		void isTheVeryNameOfOneStageBeforeAFormOfAnother() {
			TestContexts.runner()
				.withUserConfiguration(SimilarNames.class)
				.withPropertyValues("genstage.stages[keepAll].max-demand=7", "genstage.stages[keep-all].max-demand=8")
				.run((context) -> {
					assertThat(demand(context, "keepAll").maxDemand()).isEqualTo(7);
					assertThat(demand(context, "keep-all").maxDemand()).isEqualTo(8);
				});
		}

		@Test
		void mayHaveDotsAndSpacesInBrackets() {
			TestContexts.runner()
				.withUserConfiguration(OddNames.class)
				.withPropertyValues("genstage.stages[a. name].max-demand=7")
				.run((context) -> assertThat(demand(context, "a. name").maxDemand()).isEqualTo(7));
		}

	}

	@Nested
	class Names {

		@Test
		void mayHavePlaceholders() {
			TestContexts.runner()
				.withUserConfiguration(Placeholders.class)
				.withPropertyValues("the.name=first")
				.run((context) -> {
					TestContexts.sink(context).awaitExactly(1);
					assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
						.containsExactly("first-numbers", "keep");
				});
		}

	}

	@Nested
	class OfTheStart {

		@Test
		void letAStageWaitUntilItIsStarted() {
			TestContexts.runner()
				.withUserConfiguration(OneConsumer.class)
				.withPropertyValues("genstage.stages.keep.auto-startup=false")
				.run((context) -> {
					StageRegistry registry = TestContexts.registry(context);
					assertThat(registry.stage("keep").orElseThrow().state()).isEqualTo(StageState.CREATED);
					registry.start("keep").toCompletableFuture().join();
					TestContexts.sink(context).awaitExactly(1);
				});
		}

		@Test
		void tellWhoStartsAnUnknownStageWhichThereAre() {
			TestContexts.runner()
				.withUserConfiguration(OneConsumer.class)
				.run((context) -> assertThatIllegalArgumentException()
					.isThrownBy(() -> TestContexts.registry(context).start("kep"))
					.withMessage("there is no stage 'kep': did you mean 'keep'? (there are [keep, numbers])"));
		}

		@Test
		void letThePipelinesWaitUntilTheyAreStarted() {
			TestContexts.runner()
				.withUserConfiguration(OneConsumer.class)
				.withPropertyValues("genstage.lifecycle.auto-startup=false")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.CREATED);
					context.getBean(PipelineLifecycle.class).start();
					TestContexts.sink(context).awaitExactly(1);
				});
		}

	}

	private static SubscribeOptions demand(ApplicationContext context, String stage) {
		return definition(context, stage).producers().get(0).optionsFor(1);
	}

	private static StageOptions options(ApplicationContext context, String stage) {
		return definition(context, stage).options();
	}

	private static StageDefinition definition(ApplicationContext context, String stage) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(stage))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		private final Sink sink;

		Stages(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2);
		}

		@Consumer(subscribeTo = "numbers")
		void plain(int event) {
			this.sink.add("plain " + event);
		}

		@Consumer(subscribeTo = "numbers", maxDemand = 40, minDemand = 30)
		void marked(int event) {
			this.sink.add("marked " + event);
		}

		@ProducerConsumer(subscribeTo = "numbers", dispatcher = "${the.dispatcher:demand}")
		int between(int event) {
			return event;
		}

		@Consumer(subscribeTo = "between")
		void lastOfAll(int event) {
			this.sink.add("last " + event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneConsumer {

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
	static class OddNames {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(name = "a. name", subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimilarNames {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(name = "keepAll", subscribeTo = "numbers")
		java.util.function.Consumer<Integer> one(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(name = "keep-all", subscribeTo = "numbers")
		java.util.function.Consumer<Integer> other(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Placeholders {

		@Bean
		@Producer("${the.name}-numbers")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "${the.name}-numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

}
