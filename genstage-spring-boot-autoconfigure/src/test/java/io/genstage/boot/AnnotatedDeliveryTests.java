package io.genstage.boot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.pipeline.PipelineState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotated stages that emit and take events with a settlement.
 */
class AnnotatedDeliveryTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.defaults.failure.retry.delay=1ms", "genstage.stages.keep.failure.then=fail",
				"genstage.defaults.failure.outage.failures=10000")
		.withBean(Source.class);

	@ParameterizedTest
	@ValueSource(classes = { OfLists.class, OfOptionals.class, OfStreams.class, OfFuturesOfLists.class, OfFluxes.class,
			OfMonos.class, OfSuppliers.class })
	void areSettledAtTheSourceWhateverFormTheirProducerHas(Class<?> producer) {
		this.contextRunner.withUserConfiguration(producer).withBean(KeepsOrders.class).run((context) -> {
			Source source = context.getBean(Source.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(source.settled).containsExactlyInAnyOrder("accepted ann", "failed bob",
						"accepted cid"));
			assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("ann", "cid");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfLists.class, OfStreams.class, OfFluxes.class, OfSuppliers.class })
	void haveTheTypeOfTheirEvents(Class<?> producer) {
		this.contextRunner.withUserConfiguration(producer)
			.withBean(KeepsNumbers.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("stage 'keep' takes java.lang.Integer, but 'orders', which it subscribes to, "
						+ "emits java.lang.String"));
	}

	@ParameterizedTest
	@ValueSource(classes = { TakesDelivery.class, TakesDeliveries.class, TakesDeliveryInFlight.class,
			IsFunctionOfDelivery.class })
	void areGivenToWhoTakesThem(Class<?> handler) {
		this.contextRunner.withUserConfiguration(OfStreams.class, handler).withBean(KeepsItems.class).run((context) -> {
			Source source = context.getBean(Source.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(source.settled).containsExactlyInAnyOrder("accepted ann", "failed bob",
						"accepted cid"));
			assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("item of ann", "item of cid");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TakesDelivery.class, TakesDeliveries.class, TakesDeliveryInFlight.class,
			IsFunctionOfDelivery.class })
	void arePlainEventsIfTheyCameSo(Class<?> handler) {
		this.contextRunner.withUserConfiguration(OfPlainEvents.class, handler)
			.withBean(KeepsItems.class)
			.withPropertyValues("genstage.stages.keep.failure.then=dead-letter")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("item of ann", "item of cid");
				// What came with a settlement would be no letter of a memory.
				assertThat(TestContexts.registry(context).counts("keep").orElseThrow().deadLettered()).isOne();
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { TakesDeliveriesOfNumbers.class, IsStageOfNumbers.class })
	void mustHoldEventsOfTheTypeThatIsEmitted(Class<?> handler) {
		this.contextRunner.withUserConfiguration(OfStreams.class, handler)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"takes java.lang.Integer, but 'orders', which it subscribes to, " + "emits java.lang.String"));
	}

	@Test
	void mayBeMadeByAStageInBetween() {
		this.contextRunner.withUserConfiguration(OfPlainEvents.class)
			.withBean(Enters.class)
			.withBean(KeepsItems.class)
			.run((context) -> {
				Source source = context.getBean(Source.class);
				Awaitility.await()
					.untilAsserted(() -> assertThat(source.settled).containsExactlyInAnyOrder("accepted item of ann",
							"failed item of bob", "accepted item of cid"));
			});
	}

	static class Source implements Acknowledger<String> {

		private final List<String> settled = new CopyOnWriteArrayList<>();

		private final AtomicBoolean asked = new AtomicBoolean();

		@Override
		public void settle(String group, List<Settlement> accepted, List<Settlement> failed) {
			accepted.forEach((settlement) -> this.settled.add("accepted " + settlement.event()));
			failed.forEach((settlement) -> this.settled.add("failed " + settlement.event()));
		}

		Delivery<String> delivery(String order) {
			return Delivery.of(order, this, "group");
		}

		Stream<Delivery<String>> all() {
			return Stream.of("ann", "bob", "cid").map(this::delivery);
		}

		List<Delivery<String>> once() {
			return this.asked.getAndSet(true) ? List.of() : all().toList();
		}

	}

	record OfLists(Source source) {

		@Producer
		List<Delivery<String>> orders() {
			return this.source.once();
		}

	}

	static class OfOptionals {

		private final List<Delivery<String>> left;

		OfOptionals(Source source) {
			this.left = new CopyOnWriteArrayList<>(source.once());
		}

		@Producer
		Optional<Delivery<String>> orders() {
			return this.left.isEmpty() ? Optional.empty() : Optional.of(this.left.remove(0));
		}

	}

	record OfStreams(Source source) {

		@Producer
		Stream<Delivery<String>> orders() {
			return this.source.all();
		}

	}

	record OfFuturesOfLists(Source source) {

		@Producer
		CompletionStage<List<Delivery<String>>> orders() {
			return CompletableFuture.supplyAsync(this.source::once);
		}

	}

	record OfFluxes(Source source) {

		@Producer
		Flux<Delivery<String>> orders(long demand) {
			return Flux.fromIterable(this.source.once());
		}

	}

	static class OfMonos {

		private final List<Delivery<String>> left;

		OfMonos(Source source) {
			this.left = new CopyOnWriteArrayList<>(source.once());
		}

		@Producer
		Mono<Delivery<String>> orders() {
			return this.left.isEmpty() ? Mono.empty() : Mono.just(this.left.remove(0));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfSuppliers {

		@Bean
		@Producer
		Supplier<List<Delivery<String>>> orders(Source source) {
			return source::once;
		}

	}

	static class OfPlainEvents {

		@Producer
		Stream<String> orders() {
			return Stream.of("ann", "bob", "cid");
		}

	}

	record KeepsOrders(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(String order) {
			if (order.equals("bob")) {
				throw new IllegalStateException("not this one");
			}
			this.sink.add(order);
		}

	}

	static class KeepsNumbers {

		@Consumer(subscribeTo = "orders")
		void keep(Integer order) {
		}

	}

	record KeepsItems(Sink sink) {

		@Consumer(subscribeTo = "items")
		void keep(String item) {
			if (item.contains("bob")) {
				throw new IllegalStateException("not this one");
			}
			this.sink.add(item);
		}

	}

	static class TakesDelivery {

		@ProducerConsumer(subscribeTo = "orders")
		Delivery<String> items(Delivery<String> order) {
			return order.with("item of " + order.event());
		}

	}

	static class TakesDeliveries {

		@ProducerConsumer(subscribeTo = "orders")
		List<Delivery<String>> items(List<Delivery<String>> orders) {
			return orders.stream().map((order) -> order.with("item of " + order.event())).toList();
		}

	}

	static class TakesDeliveryInFlight {

		@ProducerConsumer(subscribeTo = "orders", inFlight = 3)
		CompletionStage<Delivery<String>> items(Delivery<String> order) {
			return CompletableFuture.supplyAsync(() -> order.with("item of " + order.event()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IsFunctionOfDelivery {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Delivery<String>, Delivery<String>> items() {
			return (order) -> order.with("item of " + order.event());
		}

	}

	static class TakesDeliveriesOfNumbers {

		@Consumer(subscribeTo = "orders")
		void keep(List<Delivery<Integer>> numbers) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IsStageOfNumbers {

		@Bean
		@Consumer(subscribeTo = "orders")
		NumberStage keep() {
			return new NumberStage();
		}

	}

	static class NumberStage implements ConsumerStage<Delivery<Integer>> {

		@Override
		public void handleEvents(List<Delivery<Integer>> events, Subscription from) {
		}

		@Override
		public boolean takesDeliveries() {
			return true;
		}

	}

	record Enters(Source source) {

		@ProducerConsumer(subscribeTo = "orders")
		Delivery<String> items(String order) {
			return this.source.delivery("item of " + order);
		}

	}

}
