package io.genstage.examples;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.dispatch.DemandOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Demand and who gets which events.
 */
class SubscriptionExampleTests {

	@Nested
	class Demand {

		@Test
		void isSaidForTheStageOrForOneSubscription() {
			Examples.runner(Demanding.class).run((context) -> {
				assertDemand(context, "pack", "orders", 10, 5);
				assertDemand(context, "file", "orders", 100, 50);
				assertDemand(context, "file", "returns", 1, 0);
			});
		}

		@Test
		void isSaidByProperties() {
			Examples.runnerWith("demand.yaml", Demanding.class).run((context) -> {
				assertDemand(context, "pack", "orders", 20, 5);
				assertDemand(context, "file", "orders", 500, 100);
				assertDemand(context, "file", "returns", 2, 1);
			});
		}

		private static void assertDemand(ApplicationContext context, String stage, String producer, int max, int min) {
			assertThat(Examples.subscription(context, stage, producer).maxDemand()).isEqualTo(max);
			assertThat(Examples.subscription(context, stage, producer).minDemand()).isEqualTo(min);
		}

	}

	@Nested
	class Dispatching {

		@Test
		void broadcastsToAllThatSelect() {
			Examples.runner(Broadcasting.class)
				.run((context) -> awaitInAnyOrder(context, "all ann", "all bob", "large bob", "urgent ann"));
		}

		@Test
		void partitionsByPropertyOfTheEvent() {
			Examples.runner(Partitioning.class).run(this::assertEachCustomerHasOnePacker);
		}

		@Test
		void partitionsByAMethod() {
			Examples.runner(PartitioningByMethod.class).run(this::assertEachCustomerHasOnePacker);
		}

		@Test
		void partitionsByABean() {
			Examples.runner(Partitioning.class, ByInitial.class)
				.withPropertyValues("genstage.stages.orders.partition-by=initial")
				.run(this::assertEachCustomerHasOnePacker);
		}

		@Test
		void partitionsByProperties() {
			Examples.runnerWith("partitions.yaml", PartitioningByProperties.class)
				.run(this::assertEachCustomerHasOnePacker);
		}

		private void assertEachCustomerHasOnePacker(ApplicationContext context) {
			Awaitility.await().untilAsserted(() -> assertThat(TestContexts.sink(context).events()).hasSize(4));
			assertThat(TestContexts.sink(context).events().stream().distinct()).hasSize(2);
		}

		@Test
		void isDoneByABean() {
			Examples.runner(OwnDispatcher.class).run((context) -> {
				awaitInAnyOrder(context, new Order("ann", 3));
				assertThat(Examples.stage(context, "orders").options().dispatcher())
					.isSameAs(context.getBean("shuffled"));
			});
		}

		private static void awaitInAnyOrder(ApplicationContext context, Object... events) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder(events));
		}

	}

	static class Demanding {

		@Producer
		Stream<Order> orders() {
			return Stream.of();
		}

		@Producer
		Stream<Order> returns() {
			return Stream.of();
		}

		// tag::demand[]
		@Consumer(subscribeTo = "orders", maxDemand = 10, minDemand = 5)
		void pack(Order order) {
		}

		@Consumer(subscribeTo = "orders", subscriptions = @SubscribeTo(producer = "returns", maxDemand = 1),
				maxDemand = 100)
		void file(Order order) {
		}
		// end::demand[]

	}

	static class Broadcasting {

		private final Set<String> urgent = Set.of("ann");

		private final Sink sink;

		Broadcasting(Sink sink) {
			this.sink = sink;
		}

		// tag::broadcast[]
		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5));
		}

		@Consumer(subscribeTo = "orders")
		void all(Order order) {
			this.sink.add("all " + order.customer());
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", selector = "isLarge"))
		void large(Order order) {
			this.sink.add("large " + order.customer());
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", selector = "isUrgent"))
		void urgent(Order order) {
			this.sink.add("urgent " + order.customer());
		}

		@Bean
		static Predicate<Order> isLarge() {
			return (order) -> order.amount() > 4;
		}

		boolean isUrgent(Order order) {
			return this.urgent.contains(order.customer());
		}
		// end::broadcast[]

	}

	static class Partitioning {

		private final Sink sink;

		Partitioning(Sink sink) {
			this.sink = sink;
		}

		// tag::partition[]
		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "customer")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5), new Order("ann", 2), new Order("bob", 1));
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "0"))
		void packFirst(Order order) {
			this.sink.add("first packs for " + order.customer());
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "orders", partition = "1"))
		void packSecond(Order order) {
			this.sink.add("second packs for " + order.customer());
		}
		// end::partition[]

	}

	static class PartitioningByMethod {

		private final Map<String, String> regions = Map.of("ann", "north", "bob", "south");

		private final Sink sink;

		PartitioningByMethod(Sink sink) {
			this.sink = sink;
		}

		// tag::partitionMethod[]
		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "region", unserved = "discard")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5), new Order("ann", 2), new Order("bob", 1));
		}

		String region(Order order) {
			return this.regions.get(order.customer());
		}
		// end::partitionMethod[]

		@Consumer(subscribeTo = "orders", concurrency = 2)
		void pack(Order order) {
			this.sink.add("%s packs for %s".formatted(Thread.currentThread().getName(), order.customer()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByInitial {

		// tag::partitionBean[]
		@Bean
		Function<Order, Character> initial() {
			return (order) -> order.customer().charAt(0);
		}
		// end::partitionBean[]

	}

	static class PartitioningByProperties {

		private final Sink sink;

		PartitioningByProperties(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5), new Order("ann", 2), new Order("bob", 1));
		}

		@Consumer(name = "pack-first", subscribeTo = "orders")
		void packFirst(Order order) {
			this.sink.add("first packs for " + order.customer());
		}

		@Consumer(name = "pack-second", subscribeTo = "orders")
		void packSecond(Order order) {
			this.sink.add("second packs for " + order.customer());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDispatcher {

		// tag::dispatcher[]
		@Bean
		DispatcherFactory<Order> shuffled() {
			return Dispatchers.demand(DemandOptions.defaults().withShuffle(new Random()));
		}

		@Bean
		@Producer(dispatcher = "shuffled")
		Iterable<Order> orders() {
			return List.of(new Order("ann", 3));
		}
		// end::dispatcher[]

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Order> pack(Sink sink) {
			return sink::add;
		}

	}

}
