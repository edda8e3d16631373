package io.genstage.examples;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.handler.GenStageHeaders;
import io.genstage.pipeline.PipelineState;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What handler methods may take and return.
 */
class HandlerExampleTests {

	@Test
	void parameters() {
		Examples.runner(Orders.class, Parameters.class)
			.run((context) -> awaitInAnyOrder(context, "one ann", "one bob", "batch of 2", "message of orders",
					"message of orders", "2 messages", "ann by orders", "bob by orders", "until ann", "until bob"));
	}

	@Test
	void results() {
		Examples.runner(Orders.class, Results.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder("one ann", "one bob",
					"optional bob", "list ann", "list ann", "list bob", "list bob", "array ann", "array bob",
					"stream 1", "stream 2", "stream 1", "stream 2", "iterable ann", "iterable bob", "later ann",
					"later bob", "mono ann", "mono bob", "flux ann", "flux ann", "flux bob", "flux bob");
		});
	}

	@Test
	void resultsOfConsumers() {
		Examples.runner(Orders.class, Sending.class)
			.run((context) -> awaitInAnyOrder(context, "sent ann", "sent bob", "sent ann", "sent bob", "requested ann",
					"requested bob"));
	}

	@Test
	void suspendFunctions() {
		Examples.runner(SuspendExample.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(SuspendExample.class).getBooks().getInvoices())
					.containsExactly("ann pays 3 (original)", "ann pays 3 (copy)", "bob pays 3 (original)",
							"bob pays 3 (copy)")));
	}

	@Test
	void producers() {
		Examples.runner(Producers.class)
			.run((context) -> awaitInAnyOrder(context, "polled", "page", "once", "streamed", "fetched", "flux"));
	}

	@Test
	void polling() {
		Examples.runner(Polling.class).run((context) -> awaitInAnyOrder(context, "row"));
		Examples.runnerWith("poll.yaml", Polling.class).run((context) -> awaitInAnyOrder(context, "row"));
	}

	private static void awaitInAnyOrder(ApplicationContext context, String... events) {
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder((Object[]) events));
	}

	static class Orders {

		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5));
		}

	}

	static class Parameters {

		private final Sink sink;

		Parameters(Sink sink) {
			this.sink = sink;
		}

		// tag::parameters[]
		@Consumer(subscribeTo = "orders")
		void one(Order order) {
			this.sink.add("one " + order.customer());
		}

		@Consumer(subscribeTo = "orders")
		void batch(List<Order> orders) {
			this.sink.add("batch of " + orders.size());
		}

		@Consumer(subscribeTo = "orders")
		void message(Message<Order> order) {
			this.sink.add("message of " + order.getHeaders().get(GenStageHeaders.PRODUCER));
		}

		@Consumer(subscribeTo = "orders")
		void messages(List<Message<Order>> orders) {
			this.sink.add(orders.size() + " messages");
		}

		@Consumer(subscribeTo = "orders")
		void bySubscription(Order order, Subscription from) {
			this.sink.add(order.customer() + " by " + from.producer().name());
		}

		@Consumer(subscribeTo = "orders")
		void untilLarge(Order order, StageContext stage) {
			this.sink.add("until " + order.customer());
			if (order.amount() > 4) {
				stage.complete();
			}
		}
		// end::parameters[]

	}

	static class Results {

		private final Sink sink;

		Results(Sink sink) {
			this.sink = sink;
		}

		// tag::results[]
		@ProducerConsumer(subscribeTo = "orders")
		String one(Order order) {
			return "one " + order.customer();
		}

		@ProducerConsumer(subscribeTo = "orders")
		Optional<String> optional(Order order) {
			return (order.amount() > 4) ? Optional.of("optional " + order.customer()) : Optional.empty();
		}

		@ProducerConsumer(subscribeTo = "orders")
		List<String> list(Order order) {
			return List.of("list " + order.customer(), "list " + order.customer());
		}

		@ProducerConsumer(subscribeTo = "orders")
		String[] array(List<Order> orders) {
			return orders.stream().map((order) -> "array " + order.customer()).toArray(String[]::new);
		}

		@ProducerConsumer(subscribeTo = "orders")
		Stream<String> stream(Order order) {
			return IntStream.rangeClosed(1, 2).mapToObj((number) -> "stream " + number);
		}

		@ProducerConsumer(subscribeTo = "orders")
		Iterable<String> iterable(Order order) {
			return () -> List.of("iterable " + order.customer()).iterator();
		}

		@ProducerConsumer(subscribeTo = "orders")
		CompletionStage<String> later(Order order) {
			return CompletableFuture.supplyAsync(() -> "later " + order.customer());
		}

		@ProducerConsumer(subscribeTo = "orders")
		Mono<String> mono(Order order) {
			return Mono.fromCallable(() -> "mono " + order.customer());
		}

		@ProducerConsumer(subscribeTo = "orders")
		Flux<String> flux(Order order) {
			return Flux.just("flux " + order.customer()).repeat(1);
		}
		// end::results[]

		@Consumer(subscribeTo = { "one", "optional", "list", "array", "stream", "iterable", "later", "mono", "flux" })
		void keep(String event) {
			this.sink.add(event);
		}

	}

	static class Sending {

		private final Sink sink;

		Sending(Sink sink) {
			this.sink = sink;
		}

		// tag::sending[]
		@Consumer(subscribeTo = "orders")
		CompletionStage<Void> send(Order order) {
			return CompletableFuture.runAsync(() -> this.sink.add("sent " + order.customer()));
		}

		@Consumer(subscribeTo = "orders")
		Mono<Void> sendReactively(Order order) {
			return Mono.fromRunnable(() -> this.sink.add("sent " + order.customer()));
		}

		@Consumer(subscribeTo = "orders")
		CompletionStage<Void> sendTogether(List<Order> orders) {
			return CompletableFuture.allOf(orders.stream().map(this::request).toArray(CompletableFuture[]::new));
		}
		// end::sending[]

		private CompletableFuture<Void> request(Order order) {
			return CompletableFuture.runAsync(() -> this.sink.add("requested " + order.customer()));
		}

	}

	static class Producers {

		private final Queue<String> mailbox = new ArrayDeque<>(List.of("polled"));

		private final Queue<List<String>> table = new ArrayDeque<>(List.of(List.of("page")));

		private final Queue<String> answers = new ArrayDeque<>(List.of("fetched"));

		private final Queue<String> feed = new ArrayDeque<>(List.of("flux"));

		private final Sink sink;

		Producers(Sink sink) {
			this.sink = sink;
		}

		// tag::producers[]
		@Producer
		@Nullable String next() {
			return this.mailbox.poll();
		}

		@Producer
		List<String> page(int demand) {
			return this.table.isEmpty() ? List.of() : this.table.remove();
		}

		@Producer
		Optional<String> once(long demand, StageContext stage) {
			stage.complete();
			return Optional.of("once");
		}

		@Producer
		Stream<String> streamed() {
			return Stream.of("streamed");
		}

		@Producer
		CompletionStage<Optional<String>> fetched(int demand) {
			return CompletableFuture.supplyAsync(() -> Optional.ofNullable(this.answers.poll()));
		}

		@Producer
		Flux<String> fed(long demand) {
			return Mono.justOrEmpty(this.feed.poll()).flux();
		}
		// end::producers[]

		@Consumer(subscribeTo = { "next", "page", "once", "streamed", "fetched", "fed" })
		void keep(String event) {
			this.sink.add(event);
		}

	}

	static class Polling {

		private final Queue<List<String>> database = new ArrayDeque<>(List.of(List.of("row")));

		private final Sink sink;

		Polling(Sink sink) {
			this.sink = sink;
		}

		// tag::polling[]
		@Producer(poll = @Producer.Poll(pause = "500ms", maxPause = "30s"))
		List<String> rows(int demand) {
			return this.database.isEmpty() ? List.of() : this.database.remove();
		}
		// end::polling[]

		@Consumer(subscribeTo = "rows")
		void keep(String event) {
			this.sink.add(event);
		}

	}

}
