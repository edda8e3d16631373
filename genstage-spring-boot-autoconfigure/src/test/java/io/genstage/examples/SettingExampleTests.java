package io.genstage.examples;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.StageWiringException;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageObservationAutoConfiguration;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.observe.EventObserver;
import io.genstage.buffer.BufferKeep;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Names, buffers, the start, precedence, and what is told at startup.
 */
@ExtendWith(OutputCaptureExtension.class)
class SettingExampleTests {

	@Test
	void names() {
		Examples.runner(Names.class)
			.withPropertyValues("shop.country=de", "genstage.stages[pack gifts].max-demand=7")
			.run((context) -> {
				TestContexts.sink(context).awaitExactly(new Order("ann", 3));
				assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
					.containsExactly("orders-de", "pack gifts");
				assertThat(Examples.subscription(context, "pack gifts", "orders-de").maxDemand()).isEqualTo(7);
			});
	}

	@Test
	void namesInProperties() {
		Examples.runnerWith("names.yaml", Names.class)
			.run((context) -> assertThat(Examples.subscription(context, "pack gifts", "orders-de").maxDemand())
				.isEqualTo(50));
	}

	@Test
	void annotationsOfOnesOwn() {
		Examples.runner(OwnAnnotation.class)
			.run((context) -> assertThat(Examples.subscription(context, "pack", "orders").maxDemand()).isEqualTo(1));
	}

	@Test
	void buffers() {
		Examples.runner(Buffers.class).run((context) -> {
			assertThat(Examples.stage(context, "ticks").options().bufferSize()).isEqualTo(100);
			assertThat(Examples.stage(context, "ticks").options().bufferKeep()).isEqualTo(BufferKeep.LAST);
		});
		Examples.runnerWith("buffers.yaml", Buffers.class).run((context) -> {
			assertThat(Examples.stage(context, "ticks").options().bufferSize()).isEqualTo(1000);
			assertThat(Examples.stage(context, "ticks").options().bufferKeep()).isEqualTo(BufferKeep.FIRST);
		});
	}

	@Test
	void startingLater() {
		Examples.runner(Later.class).run((context) -> {
			assertThat(TestContexts.registry(context).stage("pack").orElseThrow().state())
				.isEqualTo(StageState.CREATED);
			context.getBean(Later.class).open().toCompletableFuture().join();
			TestContexts.sink(context).awaitExactly(new Order("ann", 3));
		});
	}

	@Test
	void startingWithTheApplicationByProperty() {
		Examples.runnerWith("later.yaml", Later.class)
			.run((context) -> TestContexts.sink(context).awaitExactly(new Order("ann", 3)));
	}

	@Test
	void threads() {
		Examples.runner(Threads.class)
			.run((context) -> TestContexts.sink(context).awaitExactly("archived by slow for ann"));
		Examples.runnerWith("threads.yaml", Threads.class)
			.run((context) -> TestContexts.sink(context).awaitExactly("archived by genstage-archive for ann"));
	}

	@Test
	void precedence() {
		Examples.runnerWith("precedence.yaml", Precedence.class).run((context) -> {
			assertThat(Examples.subscription(context, "plain", "orders").maxDemand()).isEqualTo(500);
			assertThat(Examples.subscription(context, "marked", "orders").maxDemand()).isEqualTo(40);
			assertThat(Examples.subscription(context, "configured", "orders").maxDemand()).isEqualTo(50);
		});
	}

	@Test
	void accounts() {
		Examples.runnerWith("accounts.yaml", Precedence.class).run((context) -> {
			GenStageProperties.Accounts accounts = context.getBean(GenStageProperties.class).accounts();
			assertThat(accounts.enabled()).isTrue();
			assertThat(accounts.interval()).hasSeconds(5);
		});
	}

	@Test
	void observation() {
		Examples.runnerWith("observation.yaml", Precedence.class)
			.withConfiguration(AutoConfigurations.of(GenStageObservationAutoConfiguration.class))
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> {
				assertThat(context.getBean(GenStageProperties.class).observation())
					.isEqualTo(new GenStageProperties.Observation(true, true, true));
				assertThat(context).hasSingleBean(EventObserver.class);
			});
	}

	@Test
	void lifecycle() {
		Examples.runnerWith("lifecycle.yaml", Precedence.class).run((context) -> {
			GenStageProperties.Lifecycle lifecycle = context.getBean(GenStageProperties.class).lifecycle();
			assertThat(lifecycle.autoStartup()).isTrue();
			assertThat(lifecycle.keepAlive()).isTrue();
			assertThat(lifecycle.drainTimeout()).hasSeconds(25);
			assertThat(lifecycle.phase()).isEqualTo(2147479551);
		});
	}

	@Test
	void queueThatThreadsOfAnotherStageFeed() {
		Examples.runnerWith("fed-by.yaml", Fed.class)
			.run((context) -> assertThat(context.getBean(GenStageProperties.class).lifecycle().fedBy())
				.containsExactly(Map.entry("orders", Set.of("copy"))));
	}

	@Test
	void optionalStages() {
		Examples.runnerWith("optional.yaml", Precedence.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void drawing(CapturedOutput output) {
		Examples.runner(Drawn.class)
			.run((context) -> assertThat(output.getOut()).containsIgnoringNewLines(Examples.text("drawing.txt")));
	}

	@Test
	void report(CapturedOutput output) throws IOException {
		SpringApplication application = new SpringApplication(Shop.class, GenStageAutoConfiguration.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatExceptionOfType(StageWiringException.class)
			.isThrownBy(() -> application.run("--spring.config.location=" + Examples.location("wrong.yaml")));
		assertThat(output.getOut())
			.containsIgnoringNewLines(Examples.text("report.txt").replace("application.yml", "wrong.yaml"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Fed {

		@Bean
		@Producer
		EventQueue<Order> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<Order> pack(Sink sink) {
			return sink::add;
		}

		@Bean
		@Producer
		EventQueue<Order> imports() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "imports")
		java.util.function.Consumer<Order> copy(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Threads {

		private final Sink sink;

		Threads(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::threads[]
		@Bean(defaultCandidate = false)
		static ExecutorService slowThreads() {
			return Executors.newCachedThreadPool((task) -> new Thread(task, "slow"));
		}

		@Consumer(subscriptions = @SubscribeTo("orders"), executor = "slowThreads")
		void archive(Order order) {
			this.sink.add("archived by %s for %s".formatted(Thread.currentThread().getName(), order.customer()));
		}
		// end::threads[]

	}

	@Configuration(proxyBeanMethods = false)
	static class Names {

		// tag::names[]
		@Bean
		@Producer("orders-${shop.country}")
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		@Bean
		@Consumer(name = "pack gifts", subscribeTo = "orders-${shop.country}")
		java.util.function.Consumer<Order> packer(Sink sink) {
			return sink::add;
		}
		// end::names[]

	}

	static class OwnAnnotation {

		@Producer
		Stream<Order> orders() {
			return Stream.of();
		}

		// tag::ownAnnotation[]
		@Target({ ElementType.TYPE, ElementType.METHOD })
		@Retention(RetentionPolicy.RUNTIME)
		@Consumer(maxDemand = 1)
		@interface OneAtATime {

			@AliasFor(annotation = Consumer.class, attribute = "subscribeTo")
			String[] value();

		}

		@OneAtATime("orders")
		void pack(Order order) {
		}
		// end::ownAnnotation[]

	}

	static class Buffers {

		// tag::buffers[]
		@Producer(bufferSize = 100, bufferKeep = "last")
		@Nullable Integer ticks() {
			return null;
		}
		// end::buffers[]

		@Consumer(subscribeTo = "ticks")
		void keep(int tick) {
		}

	}

	static class Later {

		private final Sink sink;

		private final StageRegistry registry;

		Later(Sink sink, StageRegistry registry) {
			this.sink = sink;
			this.registry = registry;
		}

		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("ann", 3));
		}

		// tag::startingLater[]
		@Consumer(subscribeTo = "orders", autoStartup = "${shop.open:false}")
		void pack(Order order) {
			this.sink.add(order);
		}

		CompletionStage<Void> open() {
			return this.registry.start("pack");
		}
		// end::startingLater[]

	}

	static class Precedence {

		// tag::precedence[]
		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of();
		}

		@Consumer(subscribeTo = "orders")
		void plain(Order order) {
		}

		@Consumer(subscribeTo = "orders", maxDemand = 40)
		void marked(Order order) {
		}

		@Consumer(subscribeTo = "orders", maxDemand = 40)
		void configured(Order order) {
		}
		// end::precedence[]

	}

	static class Drawn {

		// tag::drawing[]
		@Producer(dispatcher = "broadcast")
		Stream<Order> orders() {
			return Stream.of();
		}

		@ProducerConsumer(subscribeTo = "orders", maxDemand = 10)
		Invoice invoices(Order order) {
			return Invoice.of(order);
		}

		@Consumer(subscribeTo = "invoices")
		void book(Invoice invoice) {
		}

		@Consumer(subscribeTo = "orders", autoStartup = "false")
		void audit(Order order) {
		}
		// end::drawing[]

	}

	@Component("shop")
	static class Shop {

		// tag::wrong[]
		@Producer
		Stream<Order> orders() {
			return Stream.of();
		}

		@ProducerConsumer(subscribeTo = "order")
		Invoice invoices(Order order) {
			return Invoice.of(order);
		}

		@Consumer(subscribeTo = "invoices", maxDemand = 10, minDemand = 10)
		void book(Order order) {
		}
		// end::wrong[]

	}

}
