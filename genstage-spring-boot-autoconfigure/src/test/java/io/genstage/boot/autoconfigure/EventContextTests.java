package io.genstage.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.source.EventQueue;
import io.micrometer.context.ContextRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What handlers see of the thread-locals of those who emit events, and of each other.
 */
class EventContextTests {

	private static final int REQUESTS = 100;

	/** Registered with the propagation of contexts. */
	private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

	/** Known to decorators of the application only. */
	private static final ThreadLocal<String> UNREGISTERED = new ThreadLocal<>();

	private static final ThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Orders.class)
		.withPropertyValues("spring.task.execution.propagate-context=true");

	@BeforeEach
	void register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
	}

	@AfterEach
	void unregister() {
		ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
	}

	@ParameterizedTest
	@CsvSource({ "false, OneEvent", "true, OneEvent", "false, ManyEvents", "false, CoreStage", "true, CoreStage",
			"false, FunctionBean", "false, Task", "true, Task", "false, Behind", "false, OnOwnPool" })
	void isNotThatOfARequest(boolean virtualThreads, String form) throws ClassNotFoundException {
		this.contextRunner
			.withUserConfiguration(Class.forName(EventContextTests.class.getName() + "$" + form), OwnPool.class)
			.withBean("copying", TaskDecorator.class, () -> EventContextTests::copying)
			.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads)
			.run((context) -> {
				try (Requests requests = new Requests(context.getBean(Orders.class).orders)) {
					requests.send();
				}
				Sink sink = TestContexts.sink(context);
				Awaitility.await().until(() -> sink.events().size() == REQUESTS);
				assertThat(sink.events()).containsOnly("nothing");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { LeavingOneEvent.class, LeavingBean.class, LeavingTask.class, LeavingOnOwnPool.class })
	void isNotThatOfTheEventBefore(Class<?> form) {
		this.contextRunner.withUserConfiguration(form, OwnPool.class).run((context) -> {
			EventQueue<Integer> orders = context.getBean(Orders.class).orders;
			IntStream.range(0, REQUESTS).forEach(orders::offer);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().until(() -> sink.events().size() == REQUESTS);
			assertThat(sink.events()).containsOnly("nothing");
		});
	}

	@Test
	void isNotThatOfAnotherStageOnTheSameThread() {
		this.contextRunner.withUserConfiguration(LeavingCoreStage.class).run((context) -> {
			EventQueue<Integer> orders = context.getBean(Orders.class).orders;
			IntStream.range(0, REQUESTS).forEach(orders::offer);
			Sink sink = TestContexts.sink(context);
			Awaitility.await().until(() -> sink.events().size() == REQUESTS);
			assertThat(sink.events()).containsOnly("nothing");
		});
	}

	@Test
	void isWhatADecoratorSets() {
		TaskDecorator setting = (task) -> () -> {
			TENANT.set("of the stages");
			task.run();
			TENANT.remove();
		};
		this.contextRunner.withUserConfiguration(OneEvent.class)
			.withBean("setting", TaskDecorator.class, () -> setting)
			.run((context) -> {
				EventQueue<Integer> orders = context.getBean(Orders.class).orders;
				IntStream.range(0, 10).forEach(orders::offer);
				Sink sink = TestContexts.sink(context);
				Awaitility.await().until(() -> sink.events().size() == 10);
				assertThat(sink.events()).containsOnly("of the stages");
			});
	}

	@Test
	void ofWhoEmitsStaysAsItIs() {
		this.contextRunner.withUserConfiguration(OnOwnPool.class, OwnPool.class).run((context) -> {
			TENANT.set("mine");
			context.getBean(Orders.class).orders.offer(1);
			assertThat(TENANT.get()).isEqualTo("mine");
			TENANT.remove();
		});
	}

	/** Passes on the context as applications without the library do. */
	private static Runnable copying(Runnable task) {
		String tenant = UNREGISTERED.get();
		Map<String, String> diagnostics = MDC.getCopyOfContextMap();
		return () -> {
			UNREGISTERED.set(tenant);
			MDC.setContextMap((diagnostics != null) ? diagnostics : Map.of());
			try {
				task.run();
			}
			finally {
				UNREGISTERED.remove();
				MDC.clear();
			}
		};
	}

	private static String seen() {
		List<String> seen = new ArrayList<>();
		for (String context : new String[] { TENANT.get(), UNREGISTERED.get(), INHERITED.get(), MDC.get("tenant") }) {
			if (context != null) {
				seen.add(context);
			}
		}
		return seen.isEmpty() ? "nothing" : String.join(" and ", seen);
	}

	private static String seenAndLeft(Object event) {
		String seen = seen();
		TENANT.set("left by " + event);
		return seen;
	}

	/**
	 * Requests at the same time, each of another tenant.
	 */
	private record Requests(EventQueue<Integer> orders, ExecutorService threads) implements AutoCloseable {

		Requests(EventQueue<Integer> orders) {
			this(orders, Executors.newFixedThreadPool(10));
		}

		void send() {
			CompletableFuture
				.allOf(IntStream.range(0, REQUESTS)
					.mapToObj((request) -> CompletableFuture.runAsync(() -> send(request), this.threads))
					.toArray(CompletableFuture[]::new))
				.join();
		}

		private void send(int request) {
			String tenant = "tenant " + request;
			TENANT.set(tenant);
			UNREGISTERED.set(tenant);
			INHERITED.set(tenant);
			MDC.put("tenant", tenant);
			assertThat(this.orders.offer(request)).isTrue();
		}

		@Override
		public void close() {
			this.threads.shutdown();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<Integer> orders = new EventQueue<>(1000);

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return this.orders;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPool {

		@Bean(defaultCandidate = false)
		ThreadPoolTaskExecutor ownPool() {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
			pool.setCorePoolSize(2);
			pool.setTaskDecorator(new ContextPropagatingTaskDecorator());
			return pool;
		}

	}

	record OneEvent(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(Integer order) {
			this.sink.add(seen());
		}

	}

	record ManyEvents(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(List<Integer> orders) {
			orders.forEach((order) -> this.sink.add(seen()));
		}

	}

	record OnOwnPool(Sink sink) {

		@Consumer(subscribeTo = "orders", executor = "ownPool")
		void keep(Integer order) {
			// What a thread of this pool inherits is not ours.
			INHERITED.remove();
			this.sink.add(seen());
		}

	}

	record Task(Sink sink) {

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent(enabled = "true"))
		void keep(Integer order) {
			this.sink.add(seen());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CoreStage {

		@Bean
		@Consumer(subscribeTo = "orders")
		ConsumerStage<Integer> keep(Sink sink) {
			return (orders, from) -> orders.forEach((order) -> sink.add(seen()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionBean {

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return (order) -> sink.add(seen());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Behind {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Integer, String> see() {
			return (order) -> seen();
		}

		@Bean
		@Consumer(subscribeTo = "see")
		java.util.function.Consumer<String> keep(Sink sink) {
			return (seenBefore) -> sink.add(seenBefore.equals("nothing") ? seen() : seenBefore);
		}

	}

	record LeavingOneEvent(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(Integer order) {
			this.sink.add(seenAndLeft(order));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LeavingBean {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		Function<Integer, String> see() {
			return EventContextTests::seenAndLeft;
		}

		@Bean
		@Consumer(subscribeTo = "see")
		java.util.function.Consumer<String> keep(Sink sink) {
			return sink::add;
		}

	}

	record LeavingTask(Sink sink) {

		@Consumer(subscribeTo = "orders", taskPerEvent = @TaskPerEvent(enabled = "true"))
		void keep(Integer order) {
			this.sink.add(seenAndLeft(order));
		}

	}

	record LeavingOnOwnPool(Sink sink) {

		@Consumer(subscribeTo = "orders", executor = "ownPool")
		void keep(Integer order) {
			this.sink.add(seenAndLeft(order));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LeavingCoreStage {

		@Bean
		@ProducerConsumer(subscribeTo = "orders")
		ProducerConsumerStage<Integer, Integer> leaving() {
			return (orders, from) -> {
				TENANT.set("left by a stage");
				return orders;
			};
		}

		@Bean
		@Consumer(subscribeTo = "leaving", maxDemand = 1)
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return (order) -> sink.add(seen());
		}

	}

}
