package io.genstage.boot;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.genstage.SubscribeOptions;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.buffer.BufferKeep;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings of single subscriptions, and of the dispatchers that they depend on.
 */
class SubscriptionSettingsTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Nested
	class Demand {

		private final ApplicationContextRunner contextRunner = SubscriptionSettingsTests.this.contextRunner
			.withUserConfiguration(TwoProducers.class);

		@Test
		void isThatOfTheSubscriptionOrElseOfTheStage() {
			this.contextRunner.run((context) -> {
				assertThat(edge(context, "keep", "odd").maxDemand()).isEqualTo(40);
				assertThat(edge(context, "keep", "even").maxDemand()).isEqualTo(6);
				assertThat(edge(context, "keep", "even").minDemand()).isEqualTo(5);
			});
		}

		@ParameterizedTest(name = "{0} {1}: {2} {3}")
		@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
				genstage.stages.keep.subscriptions.even.max-demand=3 | -                                 | 40 | 3
				genstage.stages.keep.subscriptions.EVEN.max-demand=3 | genstage.stages.keep.max-demand=9 | 9  | 3
				genstage.defaults.max-demand=3                       | genstage.stages.keep.max-demand=9 | 9  | 9
				genstage.defaults.max-demand=3                       | -                                 | 40 | 6
				""")
		void isThatOfPropertiesBeforeAnnotations(String one, String other, int odd, int even) {
			this.contextRunner.withPropertyValues(one)
				.withPropertyValues((other != null) ? new String[] { other } : new String[0])
				.run((context) -> {
					assertThat(edge(context, "keep", "odd").maxDemand()).isEqualTo(odd);
					assertThat(edge(context, "keep", "even").maxDemand()).isEqualTo(even);
				});
		}

		@ParameterizedTest(name = "{0}")
		@CsvSource(delimiter = '|',
				textBlock = """
						genstage.stages.keep.subscriptions.even.max-demand=0 | property 'genstage.stages.keep.subscriptions.even.max-demand': must be from 1 to 1000000, but is 0
						genstage.stages.keep.subscriptions.evn.max-demand=1  | property 'genstage.stages.keep.subscriptions.evn': the stage doesn't subscribe to 'evn': did you mean 'even'? (there are [even, odd])
						genstage.stages.keep.subscriptions.even.partition=1  | property 'genstage.stages.keep.subscriptions.even.partition': has no effect, as the dispatcher of 'even' is 'demand': remove it, or set that to 'partition'
						genstage.stages.keep.partitions=1                    | property 'genstage.stages.keep.partitions': has no effect on a consumer: remove it
						genstage.stages.odd.partition-by=x                   | property 'genstage.stages.odd.partition-by': has no effect with the dispatcher 'demand': remove it, or set the dispatcher to 'partition'
						genstage.stages.keep.unserved=wait                   | property 'genstage.stages.keep.unserved': has no effect on a consumer: remove it
						genstage.stages.odd.unserved=discard                 | property 'genstage.stages.odd.unserved': has no effect with the dispatcher 'demand': remove it, or set the dispatcher to 'partition'
						genstage.stages.odd.dispatcher=partition             | property 'genstage.stages.odd.dispatcher': is 'partition', so the number of partitions must be set, from 1 to 100000
						genstage.defaults.dispatcher=partition               | property 'genstage.defaults.dispatcher': is 'partition', so the number of partitions must be set, from 1 to 100000
						""")
		void isToldWithPropertyAndValueIfItIsWrong(String property, String message) {
			this.contextRunner.withPropertyValues(property)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessage(message));
		}

		@Test
		void isToldWithTheAttributeIfItIsWrong() {
			SubscriptionSettingsTests.this.contextRunner.withUserConfiguration(WrongEdges.class)
				.run((context) -> assertThat(context.getStartupFailure())
					.isInstanceOfSatisfying(StageWiringException.class, (failure) -> assertThat(failure.problems())
						.extracting(WiringProblem::toString)
						.containsExactly(
								"@Producer bean 'numbers': attribute 'bufferKeep' must be one of [first, last], but is 'middle'",
								"@Producer bean 'numbers': attribute 'autoStartup' must be one of [false, true], but is 'perhaps'",
								"@Consumer bean 'keep': attribute 'minDemand' of the subscription to 'numbers' must be from 0 to 1 (less than the maximum demand), but is 2",
								"@Consumer bean 'keep': attribute 'selector' of the subscription to 'numbers' has no effect, as the dispatcher of 'numbers' is 'demand': remove it, or set that to 'broadcast'",
								"@Consumer bean 'keep': attribute 'selector' of the subscription to 'numbers' names 'big', which is neither a method of its bean for one event that returns a boolean, nor a Predicate bean: there are none",
								"@Consumer bean 'keep': stage 'keep' subscribes to 'numbers' more than once")));
		}

	}

	@Nested
	class Partitions {

		private final ApplicationContextRunner contextRunner = SubscriptionSettingsTests.this.contextRunner
			.withUserConfiguration(Partitioned.class);

		@ParameterizedTest
		@ValueSource(strings = { "customer", "ofFunction", "ofInt", "ofLong" })
		void keepTheEventsOfAKeyTogetherAndInOrder(String key) {
			this.contextRunner.withPropertyValues("by=" + key).run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				Partitioned partitioned = context.getBean(Partitioned.class);
				assertThat(partitioned.of("ann")).containsExactly(new Order("ann", 1), new Order("ann", 2));
				assertThat(partitioned.of("bob")).containsExactly(new Order("bob", 1), new Order("bob", 2));
			});
		}

		@Test
		void areEachToHaveAConsumer() {
			this.contextRunner.withPropertyValues("by=customer", "genstage.stages.orders.partitions=14")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Producer bean 'orders': 12 of the 14 partitions of 'orders' have no consumer: "
							+ "subscribe a consumer to partition 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"));
		}

		@Test
		void mustExist() {
			this.contextRunner.withPropertyValues("by=customer", "genstage.stages.one.subscriptions.orders.partition=2")
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("property 'genstage.stages.one.subscriptions.orders.partition': "
							+ "must be from 0 to 1 (as 'orders' has 2 partitions), but is 2"));
		}

		@Test
		void areToBeOfAPropertyThatExists() {
			this.contextRunner.withPropertyValues("by=custmer")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Producer bean 'orders': attribute 'partitionBy' names 'custmer', which is neither a "
							+ "method of its bean for one event, nor a Function, ToIntFunction or ToLongFunction bean, "
							+ "nor a property of " + Order.class.getName()
							+ ": did you mean 'customer'? (there are [customer, item, ofFunction, ofInt, ofLong])"));
		}

	}

	@Nested
	class Selectors {

		@Test
		void keepEventsAway() {
			SubscriptionSettingsTests.this.contextRunner.withUserConfiguration(Selecting.class).run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("big 30", "all 2", "all 30");
			});
		}

	}

	@Nested
	class Attributes {

		@Test
		void tellWhatABufferKeepsAndWhoStartsLater() {
			SubscriptionSettingsTests.this.contextRunner.withUserConfiguration(Attributed.class).run((context) -> {
				assertThat(definition(context, "same").options().bufferKeep()).isEqualTo(BufferKeep.FIRST);
				assertThat(TestContexts.registry(context).stage("keep").orElseThrow().state())
					.isEqualTo(StageState.CREATED);
			});
		}

		@Test
		void giveWayToProperties() {
			SubscriptionSettingsTests.this.contextRunner.withUserConfiguration(Attributed.class)
				.withPropertyValues("genstage.stages.same.buffer-keep=last", "genstage.stages.keep.auto-startup=true")
				.run((context) -> {
					assertThat(definition(context, "same").options().bufferKeep()).isEqualTo(BufferKeep.LAST);
					TestContexts.sink(context).awaitExactly(1);
				});
		}

	}

	private static SubscribeOptions edge(ApplicationContext context, String stage, String producer) {
		return definition(context, stage).producers()
			.stream()
			.filter((edge) -> edge.producer().equals(producer))
			.findFirst()
			.orElseThrow()
			.optionsFor(1);
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
	static class TwoProducers {

		@Bean
		@Producer
		List<Integer> odd() {
			return List.of(1);
		}

		@Bean
		@Producer
		List<Integer> even() {
			return List.of(2);
		}

		@Consumer(subscribeTo = "odd", maxDemand = 40,
				subscriptions = @SubscribeTo(producer = "even", maxDemand = 6, minDemand = 5))
		void keep(int event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrongEdges {

		@Bean
		@Producer(bufferKeep = "middle", autoStartup = "perhaps")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers",
				subscriptions = @SubscribeTo(value = "numbers", maxDemand = 2, minDemand = 2, selector = "big"))
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	record Order(String customer, int item) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Partitioned {

		final Sink zero = new Sink();

		final Sink one = new Sink();

		@Bean
		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "${by}")
		List<Order> orders() {
			return List.of(new Order("ann", 1), new Order("bob", 1), new Order("ann", 2), new Order("bob", 2));
		}

		@Bean
		Function<Order, String> ofFunction() {
			return Order::customer;
		}

		@Bean
		ToIntFunction<Order> ofInt() {
			return (order) -> order.customer().charAt(0);
		}

		@Bean
		ToLongFunction<Order> ofLong() {
			return (order) -> order.customer().charAt(0);
		}

		/** Returns the events of the partition that has one of the customer. */
		List<Object> of(String customer) {
			return Stream.of(this.zero.events(), this.one.events())
				.map((events) -> events.stream()
					.filter((event) -> ((Order) event).customer().equals(customer))
					.toList())
				.filter((events) -> !events.isEmpty())
				.findFirst()
				.orElseThrow();
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "0"))
		void zero(Order order) {
			this.zero.add(order);
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "${the.partition:1}"))
		void one(Order order) {
			this.one.add(order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Selecting {

		private final Sink sink;

		Selecting(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer(dispatcher = "broadcast")
		List<Integer> numbers() {
			return List.of(2, 30);
		}

		@Bean
		Predicate<Integer> isBig() {
			return (number) -> number > 9;
		}

		@Consumer(subscriptions = @SubscribeTo(value = "numbers", selector = "isBig"))
		void big(int event) {
			this.sink.add("big " + event);
		}

		@Consumer(subscribeTo = "numbers")
		void all(int event) {
			this.sink.add("all " + event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Attributed {

		private final Sink sink;

		Attributed(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@ProducerConsumer(subscribeTo = "numbers", bufferKeep = "first", autoStartup = "${same:true}")
		int same(int event) {
			return event;
		}

		@Consumer(subscribeTo = "same", autoStartup = "false")
		void keep(int event) {
			this.sink.add(event);
		}

	}

}
