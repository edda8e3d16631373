package io.genstage.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.PipelineLifecycle;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several instances, restarts, and what is done with stages while they run.
 */
class OperationExampleTests {

	@Test
	void runsInstances() {
		Examples.runner(Concurrent.class, Connection.class).run((context) -> {
			Awaitility.await().untilAsserted(() -> assertThat(TestContexts.sink(context).events()).hasSize(4));
			assertThat(instances(TestContexts.registry(context), "price")).isEqualTo(4);
			assertThat(instances(TestContexts.registry(context), "store")).isEqualTo(3);
		});
	}

	@Test
	void runsMoreInstancesByProperties() {
		Examples.runnerWith("concurrency.yaml", Concurrent.class, Connection.class)
			.run((context) -> assertThat(instances(TestContexts.registry(context), "price")).isEqualTo(8));
	}

	private static int instances(StageRegistry registry, String stage) {
		List<InstanceStatus> instances = registry.stage(stage).orElseThrow().instances();
		return instances.size();
	}

	@Test
	void restartsByProperties() {
		Examples.runnerWith("restart.yaml", Books.class).run((context) -> {
			assertThat(Examples.stage(context, "book").restarts()).satisfies((policy) -> {
				assertThat(policy.maxRestarts()).isEqualTo(20);
				assertThat(policy.period()).isEqualTo(Duration.ofMinutes(10));
				assertThat(policy.firstDelay()).isEqualTo(Duration.ofMillis(500));
				assertThat(policy.multiplier()).isEqualTo(1.5);
				assertThat(policy.maxDelay()).isEqualTo(Duration.ofMinutes(1));
			});
			assertThat(Examples.stage(context, "audit").restarts().maxRestarts()).isZero();
		});
	}

	@Test
	void limitsTheRate() {
		Examples.runnerWith("rate.yaml", Calls.class).run((context) -> {
			context.getBean(Calls.class).slowDown();
			TestContexts.sink(context).awaitExactly(new Order("ann", 3));
		});
	}

	@Test
	void runsATaskForEachEvent() {
		Examples.runnerWith("task-per-event.yaml", Shipping.class).run((context) -> {
			TestContexts.sink(context).awaitExactly("shipped ann");
			assertThat(Examples.subscription(context, "ship", "orders").maxDemand()).isEqualTo(50);
		});
	}

	@Test
	void limitsWhatIsOpen() {
		Examples.runner(Deliveries.class)
			.run((context) -> assertThat(Examples.stage(context, "arrivals").options().maxUnsettled()).isEqualTo(1000));
		Examples.runnerWith("max-unsettled.yaml", Deliveries.class)
			.run((context) -> assertThat(Examples.stage(context, "arrivals").options().maxUnsettled()).isEqualTo(5000));
	}

	@Test
	void hasEventsInFlight() {
		Examples.runner(Bookings.class, Shipments.class).run((context) -> {
			TestContexts.sink(context).awaitExactly("booked ann");
			assertThat(Examples.stage(context, "book").options().inFlight())
				.isEqualTo(new InFlight(20, InFlight.Order.NONE));
		});
		Examples.runnerWith("in-flight.yaml", Bookings.class, Shipments.class)
			.run((context) -> assertThat(Examples.stage(context, "book").options().inFlight())
				.isEqualTo(new InFlight(100, InFlight.Order.KEPT)));
	}

	@Test
	void collectsBatches() {
		Examples.runnerWith("batch.yaml", Archive.class).run((context) -> {
			context.getBean(Archive.class).inSmallSteps();
			TestContexts.sink(context).awaitExactly(2, 1);
			assertThat(Examples.subscription(context, "store", "orders").maxDemand()).isEqualTo(2000);
		});
	}

	@Test
	void changesStagesWhileTheyRun() {
		Examples.runner(Books.class).run((context) -> {
			Books books = context.getBean(Books.class);
			books.beforeTheSale().toCompletableFuture().join();
			assertThat(TestContexts.registry(context).stage("book").orElseThrow().instances()).hasSize(16);
			books.forMaintenance().toCompletableFuture().join();
			assertThat(TestContexts.registry(context).stage("book").orElseThrow().state()).isEqualTo(StageState.PAUSED);
			books.afterwards().toCompletableFuture().join();
			assertThat(TestContexts.registry(context).stage("book").orElseThrow()).satisfies((status) -> {
				assertThat(status.state()).isEqualTo(StageState.RUNNING);
				assertThat(status.instances()).hasSize(1);
			});
		});
	}

	@Test
	void tellsWhatBecomesOfStages() {
		Examples.runner(Books.class, Watcher.class)
			.withPropertyValues("genstage.stages.book.failure.enabled=false",
					"genstage.stages.book.restart.max-restarts=0")
			.run((context) -> {
				offer(context, new Order("nobody", 0));
				TestContexts.sink(context).awaitExactly("book: IllegalArgumentException");
				context.getBean(PipelineLifecycle.class).stop();
				TestContexts.sink(context).awaitExactly("book: IllegalArgumentException", "drained: true");
			});
	}

	@Test
	void takesStagesThatAreMadeInCode() {
		Examples.runner(Broadcast.class).run((context) -> {
			context.getBean(Broadcast.class).audit().toCompletableFuture().join();
			offer(context, new Order("ann", 3));
			Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).contains("audited ann"));
		});
	}

	@Test
	void startsAndEndsABatchJobByProperties() {
		Examples.runnerWith("batch-job.yaml", Broadcast.class).run((context) -> {
			assertThat(TestContexts.registry(context).pipelines()).singleElement()
				.satisfies((pipeline) -> assertThat(pipeline.state()).isEqualTo(PipelineState.CREATED));
			assertThat(context.getBean(GenStageProperties.class).lifecycle()).satisfies((lifecycle) -> {
				assertThat(lifecycle.startOn()).isEqualTo(GenStageProperties.StartOn.READY);
				assertThat(lifecycle.exitOnCompletion()).isEqualTo("orders");
				assertThat(lifecycle.maxDiscarded()).isEqualTo(10);
			});
		});
	}

	@SuppressWarnings("unchecked") // the bean says what it takes
	private static void offer(ApplicationContext context, Order order) {
		((EventQueue<Order>) context.getBean("orders")).offer(order);
	}

	static class Concurrent {

		private final Sink sink;

		Concurrent(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::concurrency[]
		@Consumer(subscribeTo = "orders", concurrency = 4)
		void price(Order order) {
			this.sink.add(order);
		}
		// end::concurrency[]

	}

	// tag::prototype[]
	@Component
	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Connection {

		@Consumer(subscribeTo = "orders", concurrency = 3)
		void store(Order order) {
		}

	}
	// end::prototype[]

	static class Books {

		private final StageRegistry registry;

		Books(StageRegistry registry) {
			this.registry = registry;
		}

		@Bean
		@Producer(dispatcher = "broadcast")
		static EventQueue<Order> orders() {
			return new EventQueue<>(100);
		}

		@Consumer(subscribeTo = "orders")
		void book(Order order) {
			if (order.amount() == 0) {
				throw new IllegalArgumentException("nothing was ordered");
			}
		}

		@Consumer(subscribeTo = "orders")
		void audit(Order order) {
		}

		// tag::control[]
		CompletionStage<Void> beforeTheSale() {
			return this.registry.concurrency("book", 16).thenCompose((more) -> this.registry.demand("book", 100, 50));
		}

		CompletionStage<Void> forMaintenance() {
			return this.registry.pause("book");
		}

		CompletionStage<Void> afterwards() {
			return this.registry.resume("book").thenCompose((resumed) -> this.registry.reset("book"));
		}
		// end::control[]

	}

	static class Calls {

		private final StageRegistry registry;

		private final Sink sink;

		Calls(StageRegistry registry, Sink sink) {
			this.registry = registry;
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::rate[]
		@Consumer(subscribeTo = "orders", rate = @Rate(events = 100, period = "1s", burst = 20))
		void call(Order order) {
			this.sink.add(order);
		}

		void slowDown() {
			this.registry.rate("call", RateLimit.of(10, Duration.ofSeconds(1)));
		}
		// end::rate[]

	}

	static class Shipping {

		private final Sink carrier;

		Shipping(Sink carrier) {
			this.carrier = carrier;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::tasks[]
		@Consumer(subscribeTo = "orders", maxDemand = 20,
				taskPerEvent = @TaskPerEvent(enabled = "${shop.in-tasks:true}", patience = "10s"),
				failure = @Failure(maxRetries = "10", delay = "100ms"))
		void ship(Order order) {
			this.carrier.add("shipped " + order.customer());
		}
		// end::tasks[]

	}

	@Configuration(proxyBeanMethods = false)
	static class Deliveries {

		// tag::unsettled[]
		@Bean
		@Producer(maxUnsettled = 1000)
		EventQueue<Order> arrivals() {
			return new EventQueue<>(100);
		}
		// end::unsettled[]

		@Bean
		@Consumer(subscribeTo = "arrivals")
		java.util.function.Consumer<Order> pack() {
			return (order) -> {
			};
		}

	}

	static class Bookings {

		private final Carrier carrier = (order) -> CompletableFuture
			.completedStage(new Shipment("booked " + order.customer()));

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::flight[]
		@ProducerConsumer(subscribeTo = "orders", inFlight = 20, inFlightOrder = "none")
		CompletionStage<Shipment> book(Order order) {
			return this.carrier.book(order);
		}
		// end::flight[]

	}

	static class Shipments {

		private final Sink sink;

		Shipments(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "book")
		void keep(Shipment shipment) {
			this.sink.add(shipment.text());
		}

	}

	private interface Carrier {

		CompletionStage<Shipment> book(Order order);

	}

	record Shipment(String text) {
	}

	static class Archive {

		private final StageRegistry registry;

		private final Sink sink;

		Archive(StageRegistry registry, Sink sink) {
			this.registry = registry;
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3), new Order("bob", 5), new Order("ann", 2));
		}

		// tag::batch[]
		@Consumer(subscribeTo = "orders", batch = @Batch(size = 500, timeout = "200ms", by = "customer"))
		void store(List<Order> orders) {
			this.sink.add(orders.size());
		}

		void inSmallSteps() {
			this.registry.batch("store", 50, Duration.ofMillis(20));
		}
		// end::batch[]

	}

	static class Watcher {

		private final Sink sink;

		Watcher(Sink sink) {
			this.sink = sink;
		}

		// tag::events[]
		@EventListener
		void onChange(StageChange change) {
			if (change.to() == StageState.FAILED && change.cause() instanceof ExitReason.Failure failure) {
				this.sink.add(change.stage() + ": " + failure.cause().getClass().getSimpleName());
			}
		}

		@EventListener
		void onDrained(DrainReport report) {
			this.sink.add("drained: " + report.isComplete());
		}
		// end::events[]

	}

	static class Broadcast {

		private final StageRegistry registry;

		private final Sink sink;

		Broadcast(StageRegistry registry, Sink sink) {
			this.registry = registry;
			this.sink = sink;
		}

		@Bean
		@Producer(dispatcher = "broadcast")
		static EventQueue<Order> orders() {
			return new EventQueue<>(100);
		}

		@Consumer(subscribeTo = "orders")
		void book(Order order) {
			this.sink.add(order);
		}

		// tag::register[]
		CompletionStage<Void> audit() {
			ConsumerStage<Order> auditor = (orders, from) -> orders
				.forEach((order) -> this.sink.add("audited " + order.customer()));
			return this.registry.register(StageDefinition.of("auditor", auditor).subscribeTo("orders"));
		}
		// end::register[]

	}

}
