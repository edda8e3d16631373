package io.genstage.boot.handler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ProducerStage;
import io.genstage.StageStatus;
import io.genstage.Subscription;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods of a stage's bean that tell something of events.
 */
class EventMethodTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Nested
	class Partitions {

		@ParameterizedTest
		@ValueSource(
				strings = { "byField", "byStatic", "inherited", "generic", "ofInterface", "byBoolean", "ofObject" })
		void areOfAMethodOfTheBean(String method) {
			EventMethodTests.this.contextRunner.withBean(Shop.class)
				.withBean(Regions.class)
				.withPropertyValues("by=" + method)
				.run(EventMethodTests::assertRegionsStayTogether);
		}

		@Test
		void areOfAMethodByProperty() {
			EventMethodTests.this.contextRunner.withBean(Shop.class)
				.withBean(Regions.class)
				.withPropertyValues("by=customer", "genstage.stages.orders.partition-by=byField")
				.run(EventMethodTests::assertRegionsStayTogether);
		}

		@Test
		void areOfAMethodOfAnAnnotatedClass() {
			EventMethodTests.this.contextRunner.withUserConfiguration(OrderClass.class)
				.withBean(Regions.class)
				.run(EventMethodTests::assertRegionsStayTogether);
		}

		@Test
		void areOfAMethodOfTheBeanThatABeanMethodMakes() {
			EventMethodTests.this.contextRunner.withUserConfiguration(OrderBean.class)
				.withBean(Regions.class)
				.run(EventMethodTests::assertRegionsStayTogether);
		}

		@Test
		void areAskedForThroughTheProxy() {
			EventMethodTests.this.contextRunner.withUserConfiguration(Proxies.class)
				.withBean("advised", Shop.class)
				.withBean(Regions.class)
				.withPropertyValues("by=byField")
				.run((context) -> {
					assertRegionsStayTogether(context);
					assertThat(TestContexts.sink(context).events()).contains("advised byField");
				});
		}

		@Test
		void areAskedOfOneMoreBeanIfTheScopeIsPrototype() {
			EventMethodTests.this.contextRunner.withUserConfiguration(Prototype.class)
				.withBean(Regions.class)
				.run((context) -> {
					assertRegionsStayTogether(context);
					assertThat(TestContexts.sink(context).events()).containsExactly("made", "made");
				});
		}

		@Test
		void areNotOfAHandlerOrABeanMethodOrWhatTheEngineHas() {
			EventMethodTests.this.contextRunner.withUserConfiguration(OtherPurposes.class).run((context) -> {
				assertThat(context).hasNotFailed();
				ObjectProvider<EventQueue<Offer>> queue = context
					.getBeanProvider(ResolvableType.forClassWithGenerics(EventQueue.class, Offer.class));
				assertThat(queue.getObject().offer(new Offer("a"))).isTrue();
				TestContexts.sink(context).awaitExactly(new Offer("a"));
			});
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						regon       | names 'regon', which is neither a method of its bean for one event, nor a Function, ToIntFunction or ToLongFunction bean, nor a property of ORDER: did you mean 'region'?
						ofString    | names the method 'ofString', which takes java.lang.String, but the events are ORDER: let it take these
						ofSubtype   | names the method 'ofSubtype', which takes io.genstage.boot.handler.EventMethodTests$Special, but the events are ORDER: let it take these
						ofTwo       | names the method 'ofTwo', which must take one event, return a key, and not be private
						ofNothing   | names the method 'ofNothing', which must take one event, return a key, and not be private
						toNothing   | names the method 'toNothing', which must take one event, return a key, and not be private
						hidden      | names the method 'hidden', which must take one event, return a key, and not be private
						several     | names 'several', but its bean has several methods of that name: rename one of them
						customer    | names 'customer', which is a method of its bean as well as a property of ORDER: rename the method
						shared      | names 'shared', which is a method of its bean as well as another bean: rename the method
						""")
		void areRefusedOtherwise(String method, String problem) {
			EventMethodTests.this.contextRunner.withUserConfiguration(WrongKeys.class, Shared.class)
				.withBean(Regions.class)
				.withPropertyValues("genstage.stages.orders.partition-by=" + method)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith("property 'genstage.stages.orders.partition-by': "
							+ problem.replace("ORDER", Order.class.getName())));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				characters | java.util.stream.IntStream               | something to be read and closed
				later      | java.util.concurrent.CompletableFuture<java.lang.String> | a result that is still to come
				code       | java.util.function.Supplier<java.lang.String> | code
				""")
		void areRefusedIfTheyCanBeNoKeys(String name, String type, String problem) {
			EventMethodTests.this.contextRunner.withUserConfiguration(NoKeys.class)
				.withPropertyValues("genstage.stages.orders.partition-by=" + name)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageStartingWith(
							"property 'genstage.stages.orders.partition-by': names '%s', which is %s and can't be a key: it is %s"
								.formatted(name, type, problem)));
		}

		@Test
		void areRefusedIfTheEventsThemselvesCanBeNoKeys() {
			EventMethodTests.this.contextRunner.withUserConfiguration(EventsThatAreNoKeys.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("attribute 'dispatcher' is 'partition', but the events are "
							+ "java.lang.StringBuilder and can't be keys: let partitionBy name one of theirs"));
		}

		@ParameterizedTest
		@ValueSource(strings = { "bytes", "nested", "function", "raw" })
		void areTheSameForArraysOfTheSameContent(String by) {
			EventMethodTests.this.contextRunner.withUserConfiguration(Texts.class)
				.withPropertyValues("genstage.stages.texts.partition-by=" + by)
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).hasSize(100);
					assertThat(new HashSet<>(TestContexts.sink(context).events())).hasSize(2);
				});
		}

		@ParameterizedTest
		@ValueSource(strings = { "bytes", "nested", "function", "raw" })
		void areTheSameForArraysOfTheSameContentInBatches(String by) {
			EventMethodTests.this.contextRunner.withUserConfiguration(CollectedTexts.class)
				.withPropertyValues("genstage.stages.batches.batch.by=" + by)
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).hasToString("[[a, a, a], [b, b, b]]");
				});
		}

		@Test
		void areNotOfferedIfTheEngineHasThem() {
			EventMethodTests.this.contextRunner.withUserConfiguration(StageWithMethods.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("names 'regio'")
					.hasMessageEndingWith("did you mean 'region'? (there are [customer, item, region])"));
		}

		@Test
		void areRefusedIfAProxySkipsTheMethod() {
			EventMethodTests.this.contextRunner.withUserConfiguration(Proxies.class)
				.withBean("advised", Shop.class)
				.withBean(Regions.class)
				.withPropertyValues("by=last")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage(
							"@Producer method 'Shop.orders' of bean 'advised': attribute 'partitionBy' names the method "
									+ "'last', but it is final, so the proxy of its class can't pass calls on to the bean: remove 'final'"));
		}

	}

	@Nested
	class Selectors {

		@ParameterizedTest
		@ValueSource(strings = { "isLarge", "isLargeNumber", "isLargeBoxed" })
		void areMethodsOfTheBean(String method) {
			EventMethodTests.this.contextRunner.withBean(Selecting.class)
				.withPropertyValues("select=" + method)
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.sink(context).events()).containsExactly(30, 40);
				});
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						isLarg       | names 'isLarg', which is neither a method of its bean for one event that returns a boolean, nor a Predicate bean: did you mean 'isLarge'? (there are [isLarge, isLargeBoxed, isLargeNumber, isLong, shared])
						isLong       | names the method 'isLong', which takes java.lang.String, but the events are java.lang.Integer: let it take these
						size         | names the method 'size', which must take one event, return a boolean, and not be private
						shared       | names 'shared', which is a method of its bean as well as another bean: rename the method
						""")
		void areRefusedOtherwise(String method, String problem) {
			EventMethodTests.this.contextRunner.withBean(Selecting.class)
				.withUserConfiguration(Shared.class)
				.withPropertyValues("select=" + method)
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Consumer method 'Selecting.large' of bean 'eventMethodTests.Selecting': "
							+ "attribute 'selector' of the subscription to 'numbers' " + problem));
		}

	}

	@Nested
	class Batches {

		@Test
		void areOfAMethodOfTheBean() {
			EventMethodTests.this.contextRunner.withBean(Collecting.class).run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder(List.of(1, 3), List.of(2, 4));
			});
		}

		@Test
		void areRefusedIfTheMethodTakesOtherEvents() {
			EventMethodTests.this.contextRunner.withBean(Collecting.class)
				.withPropertyValues("genstage.stages.keep.batch.by=text")
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("property 'genstage.stages.keep.batch.by': names the method 'text', "
							+ "which takes java.lang.String, but the events are java.lang.Integer: let it take these"));
		}

	}

	@Test
	void failAsTheirMethodsForTheEventOnly() {
		EventMethodTests.this.contextRunner.withBean(Shop.class)
			.withBean(Regions.class)
			.withPropertyValues("by=broken")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				StageStatus orders = TestContexts.registry(context)
					.stage("orders")
					.orElseThrow()
					.started()
					.orElseThrow();
				assertThat(orders.discarded()).isEqualTo(orders.out()).isPositive();
			});
	}

	private static void assertRegionsStayTogether(ApplicationContext context) {
		TestContexts.awaitState(context, PipelineState.COMPLETED);
		Regions regions = context.getBean(Regions.class);
		for (String region : List.of("a", "b")) {
			assertThat(Stream.of(regions.zero, regions.one)
				.map((sink) -> sink.events().stream().filter((order) -> ((Order) order).isOf(region)).toList())
				.filter((events) -> !events.isEmpty()))
				.containsExactly(orders().filter((order) -> order.isOf(region)).<Object>map((order) -> order).toList());
		}
	}

	/** Makes orders of many customers in two regions. */
	private static Stream<Order> orders() {
		return IntStream.range(0, 40).mapToObj((number) -> new Order(((number % 2 == 0) ? "a" : "b") + number, number));
	}

	record Order(String customer, int item) {

		boolean isOf(String region) {
			return this.customer.startsWith(region);
		}

	}

	record Special(Order order) {
	}

	record Offer(String offer) {
	}

	/** Takes the events of two partitions. */
	static class Regions {

		final Sink zero = new Sink();

		final Sink one = new Sink();

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "0"))
		void zero(Order order) {
			this.zero.add(order);
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "1"))
		void one(Order order) {
			this.one.add(order);
		}

	}

	interface HasRegion {

		default char ofInterface(Order order) {
			return order.customer().charAt(0);
		}

	}

	static class Parent<E> {

		protected int inherited(Order order) {
			return order.customer().charAt(0);
		}

		Object generic(E event) {
			return "";
		}

	}

	static class Shop extends Parent<Order> implements HasRegion {

		private final int index;

		Shop() {
			this.index = 0;
		}

		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "${by}")
		Stream<Order> orders() {
			return EventMethodTests.orders();
		}

		char byField(Order order) {
			return order.customer().charAt(this.index);
		}

		static String byStatic(Order order) {
			return order.customer().substring(0, 1);
		}

		boolean byBoolean(Order order) {
			return order.isOf("a");
		}

		Object ofObject(Object order) {
			return byField((Order) order);
		}

		@Override
		Object generic(Order order) {
			return byField(order);
		}

		final char last(Order order) {
			return byField(order);
		}

		Object broken(Order order) throws Exception {
			throw new IOException("no region for " + order.item());
		}

	}

	@Producer(name = "orders", dispatcher = "partition", partitions = 2, partitionBy = "region")
	static class OrderClass implements Iterable<Order> {

		@Override
		public Iterator<Order> iterator() {
			return orders().iterator();
		}

		protected String region(Order order) {
			return order.customer().substring(0, 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OrderBean {

		@Bean
		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "region")
		OrderClass orders() {
			return new OrderClass();
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
		static MethodInterceptor advice(Sink sink) {
			return (invocation) -> {
				sink.add("advised " + invocation.getMethod().getName());
				return invocation.proceed();
			};
		}

	}

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Prototype {

		Prototype(Sink sink) {
			sink.add("made");
		}

		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "region")
		Stream<Order> orders() {
			return EventMethodTests.orders();
		}

		String region(Order order) {
			return order.customer().substring(0, 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherPurposes {

		@Bean
		@Producer(dispatcher = "partition", partitions = 1, partitionBy = "offer")
		EventQueue<Offer> queue() {
			return new EventQueue<>(1);
		}

		@ProducerConsumer(subscribeTo = "queue", dispatcher = "partition", partitions = 1, partitionBy = "offer")
		Offer offer(Offer offer) {
			return offer;
		}

		@Bean
		@Consumer(subscribeTo = "offer")
		java.util.function.Consumer<Offer> keep(Sink sink) {
			return sink::add;
		}

	}

	static class WrongKeys {

		@Producer(dispatcher = "partition", partitions = 2)
		Stream<Order> orders() {
			return EventMethodTests.orders();
		}

		Object region(Order order) {
			return order;
		}

		Object ofString(String text) {
			return text;
		}

		Object ofSubtype(Special order) {
			return order;
		}

		Object ofTwo(Order order, int number) {
			return order;
		}

		Object ofNothing() {
			return "";
		}

		void toNothing(Order order) {
		}

		@SuppressWarnings("unused") // by anything but its name
		private Object hidden(Order order) {
			return order;
		}

		Object several(Order order) {
			return order;
		}

		Object several(Object order) {
			return order;
		}

		Object customer(Order order) {
			return order;
		}

		Object shared(Order order) {
			return order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Shared {

		@Bean("shared")
		Both sharedBean() {
			return new Both();
		}

	}

	static class Both implements Function<Object, Object>, Predicate<Object> {

		@Override
		public Object apply(Object event) {
			return event;
		}

		@Override
		public boolean test(Object event) {
			return true;
		}

	}

	static class Selecting {

		private final Sink sink;

		Selecting(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<Integer> numbers() {
			return Stream.of(2, 30, 4, 40);
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "numbers", selector = "${select}"))
		void large(int number) {
			this.sink.add(number);
		}

		boolean isLarge(int number) {
			return number > 9;
		}

		boolean isLargeNumber(Number number) {
			return number.intValue() > 9;
		}

		static Boolean isLargeBoxed(long number) {
			return number > 9;
		}

		boolean isLong(String text) {
			return text.length() > 9;
		}

		boolean shared(int number) {
			return true;
		}

		int size(int number) {
			return number;
		}

	}

	static class Collecting {

		private final Sink sink;

		Collecting(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(1, 2, 3, 4);
		}

		@Consumer(subscribeTo = "numbers", batch = @Batch(size = 2, timeout = "1h", by = "isEven"))
		void keep(List<Integer> numbers) {
			this.sink.add(List.copyOf(numbers));
		}

		boolean isEven(int number) {
			return number % 2 == 0;
		}

		Object text(String text) {
			return text;
		}

	}

	@Configuration
	static class NoKeys {

		@Producer(dispatcher = "partition", partitions = 2)
		Stream<String> orders() {
			return Stream.of("a");
		}

		IntStream characters(String order) {
			return order.chars();
		}

		CompletableFuture<String> later(String order) {
			return CompletableFuture.completedFuture(order);
		}

		@Bean
		static Function<String, Supplier<String>> code() {
			return (order) -> () -> order;
		}

		@Consumer(subscribeTo = "orders")
		void handle(String order) {
		}

	}

	@Configuration
	static class EventsThatAreNoKeys {

		@Producer(dispatcher = "partition", partitions = 2)
		Stream<StringBuilder> orders() {
			return Stream.of(new StringBuilder());
		}

		@Consumer(subscribeTo = "orders")
		void handle(StringBuilder order) {
		}

	}

	static class Bytes {

		@Bean
		static Function<Text, byte[]> function() {
			return (text) -> text.raw().clone();
		}

		byte[] bytes(Text text) {
			return text.raw().clone();
		}

		Object[] nested(Text text) {
			return new Object[] { "text", text.raw().clone() };
		}

	}

	@Configuration
	static class Texts extends Bytes {

		private final Sink sink;

		Texts(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "partition", partitions = 64)
		Stream<Text> texts() {
			return IntStream.range(0, 100).mapToObj((number) -> new Text(new byte[] { 'a', (byte) (number % 2) }));
		}

		@Consumer(subscribeTo = "texts")
		void handle(Text text, Subscription from) {
			this.sink.add(text + " of " + from.options().attributes().get("partition"));
		}

	}

	@Configuration
	static class CollectedTexts extends Bytes {

		private final Sink sink;

		CollectedTexts(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Text> texts() {
			return Stream.of("a", "b", "a", "b", "a", "b")
				.map((text) -> new Text(text.getBytes(StandardCharsets.UTF_8)));
		}

		@Consumer(subscribeTo = "texts", batch = @Batch(size = 3))
		void batches(List<Text> texts) {
			this.sink.add(texts);
		}

	}

	record Text(byte[] raw) {

		@Override
		public String toString() {
			return new String(this.raw, StandardCharsets.UTF_8);
		}

	}

	@Producer(name = "orders", dispatcher = "partition", partitions = 2, partitionBy = "regio")
	static class OrderStage implements ProducerStage<Order> {

		@Override
		public List<Order> handleDemand(long demand) {
			return List.of();
		}

		@Override
		public boolean onDiscard(List<Order> events) {
			return true;
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		String region(Order order) {
			return order.customer();
		}

	}

	@Configuration
	static class StageWithMethods {

		@Bean
		OrderStage orders() {
			return new OrderStage();
		}

		@Consumer(subscribeTo = "orders")
		void handle(Order order) {
		}

	}

}
