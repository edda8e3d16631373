package io.genstage.examples;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be a stage.
 */
class StageFormsExampleTests {

	@Test
	void methods() {
		Examples.runner(Invoicing.class).run((context) -> {
			TestContexts.sink(context).awaitExactly(new Invoice("ann", 3), new Invoice("bob", 5));
			TestContexts.awaitState(context, PipelineState.COMPLETED);
		});
	}

	@Test
	void classes() {
		Examples.runner(Numbers.class, Squares.class, Keeper.class)
			.run((context) -> TestContexts.sink(context).awaitExactly(1, 4, 9));
	}

	@Test
	@SuppressWarnings("unchecked") // it is declared with this type
	void beanMethods() {
		Examples.runner(Shop.class).run((context) -> {
			EventQueue<Order> orders = context.getBean("orders", EventQueue.class);
			assertThat(orders.offer(new Order("ann", 3))).isTrue();
			TestContexts.sink(context).awaitExactly(new Invoice("ann", 3));
		});
	}

	@Test
	void beanMethodsOfProducers() {
		Examples.runner(Producers.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("a", "b",
						"c", "d", "polled")));
	}

	static class Invoicing {

		private final Sink books;

		Invoicing(Sink books) {
			this.books = books;
		}

		// tag::methods[]
		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5));
		}

		@ProducerConsumer(subscribeTo = "orders")
		Invoice invoices(Order order) {
			return Invoice.of(order);
		}

		@Consumer(subscribeTo = "invoices")
		void book(Invoice invoice) {
			this.books.add(invoice);
		}
		// end::methods[]

	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		// tag::beanMethods[]
		@Bean
		@Producer
		EventQueue<Order> orders() {
			return new EventQueue<>(100);
		}

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Order, Invoice> invoices() {
			return Invoice::of;
		}

		@Bean
		@Consumer(subscribeTo = "invoices")
		ConsumerStage<Invoice> bookkeeper(Sink books) {
			return (invoices, from) -> invoices.forEach(books::add);
		}
		// end::beanMethods[]

	}

	@Configuration(proxyBeanMethods = false)
	static class Producers {

		private final Iterator<String> source = List.of("polled").iterator();

		// tag::producerBeans[]
		@Bean
		@Producer
		Supplier<String> polled() {
			return () -> this.source.hasNext() ? this.source.next() : null;
		}

		@Bean
		@Producer
		Iterable<String> read() {
			return List.of("a", "b");
		}

		@Bean
		@Producer
		Stream<String> streamed() {
			return Stream.of("c");
		}

		@Bean
		@Producer
		ProducerStage<String> made() {
			return Sources.iterable(List.of("d"));
		}
		// end::producerBeans[]

		@Bean
		@Consumer(subscribeTo = { "polled", "read", "streamed", "made" })
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

}
