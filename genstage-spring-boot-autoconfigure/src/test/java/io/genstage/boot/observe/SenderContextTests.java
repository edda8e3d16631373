package io.genstage.boot.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.StageListener;
import io.genstage.StageObserver;
import io.genstage.Subscription;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageObservationAutoConfiguration;
import io.genstage.source.EventQueue;
import io.micrometer.context.ContextRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a handler sees of the thread-locals of whoever has sent its event.
 */
class SenderContextTests {

	private static final int REQUESTS = 100;

	private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

	private final ApplicationContextRunner off = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageObservationAutoConfiguration.class))
		.withUserConfiguration(Orders.class);

	private final ApplicationContextRunner runner = this.off
		.withPropertyValues("genstage.observation.propagate-context=true");

	@BeforeEach
	void register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
	}

	@AfterEach
	void unregister() {
		ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
	}

	private static Order order(int number) {
		return new Order(number, tenantOf(number));
	}

	/** Each fourth request has none. */
	private static @Nullable String tenantOf(int request) {
		return (request % 4 == 0) ? null : "tenant " + request;
	}

	/** Sends an order for each request, all at once. */
	private static void sendAll(EventQueue<Order> orders) {
		ExecutorService threads = Executors.newFixedThreadPool(10);
		try {
			CompletableFuture
				.allOf(IntStream.range(0, REQUESTS)
					.mapToObj((number) -> CompletableFuture.runAsync(() -> send(orders, number), threads))
					.toArray(CompletableFuture[]::new))
				.join();
		}
		finally {
			threads.shutdown();
		}
	}

	private static void send(EventQueue<Order> orders, int number) {
		if (tenantOf(number) != null) {
			TENANT.set(tenantOf(number));
		}
		try {
			assertThat(orders.offer(order(number))).isTrue();
			assertThat(TENANT.get()).isEqualTo(tenantOf(number));
		}
		finally {
			TENANT.remove();
		}
	}

	@ParameterizedTest
	@CsvSource({ "false, OneEvent", "true, OneEvent", "false, Retried", "true, Retried", "false, InFlight",
			"true, InFlight", "false, Task", "true, Task", "false, RetriedTask", "false, FunctionBean",
			"false, CoreStage", "true, CoreStage", "false, Behind", "true, Behind" })
	void isThatOfTheSender(boolean virtualThreads, String form) throws ClassNotFoundException {
		this.runner.withUserConfiguration(Class.forName(SenderContextTests.class.getName() + "$" + form))
			.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads)
			.run((context) -> {
				sendAll(context.getBean(Orders.class).orders);
				Sink sink = TestContexts.sink(context);
				Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(REQUESTS));
				assertThat(sink.events()).allSatisfy((seen) -> {
					Seen one = (Seen) seen;
					assertThat(one.tenant()).isEqualTo(one.order().tenant());
				});
				assertThat(sink.events()).extracting((seen) -> ((Seen) seen).order().number())
					.containsExactlyInAnyOrderElementsOf(IntStream.range(0, REQUESTS).boxed().toList());
			});
	}

	/** As many attempts as there are, and each in the context of its event. */
	@Test
	void isTheSameInEachAttempt() {
		this.runner.withUserConfiguration(Retried.class).run((context) -> {
			sendAll(context.getBean(Orders.class).orders);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(REQUESTS));
			assertThat(context.getBean(Retried.class).inVain).hasSize(REQUESTS)
				.allSatisfy((seen) -> assertThat(seen.tenant()).isEqualTo(seen.order().tenant()));
		});
	}

	@Test
	void ofSeveralSendersIsThatOfNone() {
		this.runner.withUserConfiguration(ManyEvents.class).run((context) -> {
			sendAll(context.getBean(Orders.class).orders);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(REQUESTS));
			assertThat(sink.events()).allSatisfy((seen) -> assertThat(((Seen) seen).tenant()).isNull());
		});
	}

	/** What the handler of an event sets is not what that of the next one finds. */
	@Test
	void isNotWhatAHandlerHasLeft() {
		this.runner.withUserConfiguration(Leaving.class).run((context) -> {
			sendAll(context.getBean(Orders.class).orders);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(REQUESTS));
			assertThat(sink.events()).allSatisfy((seen) -> {
				Seen one = (Seen) seen;
				assertThat(one.tenant()).isEqualTo(one.order().tenant());
			});
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "genstage.observation.enabled=true", "genstage.observation.mdc=true",
			"genstage.observation.propagate-context=false" })
	void isNotPassedOnUnlessAskedFor(String property) {
		this.off.withUserConfiguration(OneEvent.class).withPropertyValues(property).run((context) -> {
			send(context.getBean(Orders.class).orders, 1);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().untilAsserted(() -> assertThat(sink.events()).hasSize(1));
			assertThat(sink.events()).containsExactly(new Seen(order(1), null));
		});
	}

	@Test
	void ofALineInTheLogNamesStageAndAttempt() {
		List<String> behind = new CopyOnWriteArrayList<>();
		StageListener listener = new StageListener() {

			@Override
			public void onHandle(Subscription subscription, List<?> events) {
				behind.add(logKeys());
			}

		};
		this.off.withUserConfiguration(Logging.class)
			.withPropertyValues("genstage.observation.mdc=true")
			.withBean(StageListener.class, () -> listener)
			.run((context) -> {
				context.getBean(Orders.class).orders.offer(order(1));
				TestContexts.sink(context).awaitExactly("keep, attempt 1", "keep, attempt 2");
				Awaitility.await().until(() -> !behind.isEmpty());
				assertThat(behind).containsExactly("null, attempt null");
			});
	}

	@Test
	void ofALineInTheLogNamesNothingUnlessAskedFor() {
		this.off.withUserConfiguration(Logging.class).run((context) -> {
			assertThat(context).doesNotHaveBean(StageObserver.class);
			context.getBean(Orders.class).orders.offer(order(1));
			TestContexts.sink(context).awaitExactly("null, attempt null", "null, attempt null");
		});
	}

	private static String logKeys() {
		return "%s, attempt %s".formatted(MDC.get("genstage.stage"), MDC.get("genstage.attempt"));
	}

	/** The tenant that its sender belongs to, if any. */
	record Order(int number, @Nullable String tenant) {
	}

	/** The tenant that its handler has seen. */
	record Seen(Order order, @Nullable String tenant) {

		static Seen of(Order order) {
			return new Seen(order, TENANT.get());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<Order> orders = new EventQueue<>(1000);

		@Bean
		@Producer
		EventQueue<Order> orders() {
			return this.orders;
		}

	}

	record OneEvent(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(Order order) {
			this.sink.add(Seen.of(order));
		}

	}

	record ManyEvents(Sink sink) {

		@Consumer(subscribeTo = "orders", batch = @Batch(size = 50, timeout = "1h"))
		void keep(List<Order> orders) {
			orders.forEach((order) -> this.sink.add(Seen.of(order)));
		}

	}

	static class Retried {

		private final Sink sink;

		private final List<Seen> inVain = new CopyOnWriteArrayList<>();

		Retried(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(delay = "1ms", outageFailures = "1000"))
		void keep(Order order) {
			Seen seen = Seen.of(order);
			if (this.inVain.stream().noneMatch((before) -> before.order().equals(order))) {
				this.inVain.add(seen);
				throw new IllegalStateException("for the test");
			}
			this.sink.add(seen);
		}

	}

	record InFlight(Sink sink) {

		@Consumer(subscribeTo = "orders", inFlight = 10)
		CompletionStage<Void> keep(Order order) {
			Seen seen = Seen.of(order);
			return CompletableFuture.runAsync(() -> this.sink.add(seen));
		}

	}

	record Task(Sink sink) {

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent(enabled = "true"))
		void keep(Order order) {
			this.sink.add(Seen.of(order));
		}

	}

	static class RetriedTask {

		private final Sink sink;

		private final List<Integer> inVain = new CopyOnWriteArrayList<>();

		RetriedTask(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent(enabled = "true"),
				failure = @Failure(delay = "1ms", outageFailures = "1000"))
		void keep(Order order) {
			if (!this.inVain.contains(order.number())) {
				this.inVain.add(order.number());
				throw new IllegalStateException("for the test");
			}
			this.sink.add(Seen.of(order));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionBean {

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Order> keep(Sink sink) {
			return (order) -> sink.add(Seen.of(order));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CoreStage {

		@Bean
		@Consumer(subscribeTo = "orders", maxDemand = 1)
		ConsumerStage<Order> keep(Sink sink) {
			return (orders, from) -> orders.forEach((order) -> sink.add(Seen.of(order)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Behind {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Order, List<Order>> first() {
			return (order) -> new ArrayList<>(List.of(order));
		}

		@Bean
		@ProducerConsumer(subscribeTo = "first", inFlight = 10)
		Function<Order, CompletionStage<Order>> second() {
			return (order) -> CompletableFuture.supplyAsync(() -> order);
		}

		@Bean
		@Consumer(subscribeTo = "second")
		java.util.function.Consumer<Order> keep(Sink sink) {
			return (order) -> sink.add(Seen.of(order));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Leaving {

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Order> keep(Sink sink) {
			return (order) -> {
				sink.add(Seen.of(order));
				TENANT.set("left by " + order.number());
			};
		}

	}

	record Logging(Sink sink) {

		@Consumer(subscribeTo = "orders", failure = @Failure(delay = "1ms"))
		void keep(Order order) {
			this.sink.add(logKeys());
			if (this.sink.events().size() == 1) {
				throw new IllegalStateException("for the test");
			}
		}

	}

}
