package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.StageContext;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that run as several instances.
 */
class ConcurrencyTests {

	private static final int EVENTS = 2_000;

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Test
	void letsInstancesWorkAtTheSameTime() {
		this.contextRunner.withUserConfiguration(Meeting.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(context.getBean(Meeting.class).instances).containsExactlyInAnyOrder("meet#0", "meet#1", "meet#2",
					"meet#3");
			assertThat(TestContexts.registry(context).stage("meet").orElseThrow().instances()).hasSize(4);
		});
	}

	@Test
	void keepsTheOrderOfEachKeyIfPartitioned() {
		this.contextRunner.withUserConfiguration(Keyed.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			Map<Integer, List<Integer>> byKey = context.getBean(Keyed.class).handled.stream()
				.collect(Collectors.groupingBy((event) -> event % 10));
			assertThat(byKey).hasSize(10)
				.allSatisfy((key, events) -> assertThat(events)
					.containsExactlyElementsOf(IntStream.range(0, EVENTS / 10).mapToObj((n) -> n * 10 + key).toList()));
		});
	}

	@Test
	void usesABeanOfItsOwnForEachInstanceIfItIsAPrototype() {
		this.contextRunner.withUserConfiguration(Prototypes.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			Prototypes prototypes = context.getBean(Prototypes.class);
			assertThat(prototypes.started).containsOnlyKeys("many#0", "many#1", "many#2", "one");
			assertThat(prototypes.started.values()).doesNotHaveDuplicates();
			assertThat(prototypes.made).hasValue(3);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			-                                  | 10 | 5
			genstage.stages.meet.concurrency=1 | 1000 | 500
			genstage.stages.meet.max-demand=30 | 30 | 15
			genstage.stages.meet.min-demand=2  | 10 | 2
			genstage.defaults.max-demand=30    | 30 | 15
			""")
	void asksForLittleUnlessMoreIsSaid(String property, int maxDemand, int minDemand) {
		this.contextRunner.withUserConfiguration(Meeting.class)
			.withPropertyValues("genstage.lifecycle.auto-startup=false", (property != null) ? property : "other=1")
			.run((context) -> {
				StageDefinition meet = TestContexts.registry(context).definitions().get(1);
				assertThat(meet.producers().get(0).optionsFor(meet.concurrency())).satisfies((demand) -> {
					assertThat(demand.maxDemand()).isEqualTo(maxDemand);
					assertThat(demand.minDemand()).isEqualTo(minDemand);
				});
			});
	}

	@ParameterizedTest
	@CsvSource({ "0", "-1", "1001", "2147483647" })
	void hasLimits(String concurrency) {
		this.contextRunner.withUserConfiguration(Meeting.class)
			.withPropertyValues("genstage.stages.meet.concurrency=" + concurrency)
			.run((context) -> assertThat(context).getFailure()
				.hasMessage(
						"property 'genstage.stages.meet.concurrency': must be from 1 to 1000, but is " + concurrency));
	}

	@Configuration(proxyBeanMethods = false)
	static class Meeting {

		final List<String> instances = new CopyOnWriteArrayList<>();

		/** Lets nobody through until all have come. */
		private final CyclicBarrier all = new CyclicBarrier(4);

		@Bean
		@Producer(dispatcher = "broadcast")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Consumer(subscribeTo = "numbers", concurrency = 4)
		void meet(int event, StageContext context) throws Exception {
			this.instances.add(context.self().name());
			this.all.await(10, TimeUnit.SECONDS);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Keyed {

		final ConcurrentLinkedQueue<Integer> handled = new ConcurrentLinkedQueue<>();

		@Producer(dispatcher = "partition", partitions = 7, partitionBy = "key")
		Stream<Integer> numbers() {
			return IntStream.range(0, EVENTS).boxed();
		}

		@Bean
		ToIntFunction<Integer> key() {
			return (event) -> event % 10;
		}

		@Consumer(subscribeTo = "numbers", concurrency = 4)
		void handle(int event) {
			this.handled.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		final Map<String, Object> started = new ConcurrentHashMap<>();

		final AtomicInteger made = new AtomicInteger();

		private final CountDownLatch all = new CountDownLatch(4);

		@Bean
		@Producer(dispatcher = "broadcast")
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Many holder() {
			this.made.incrementAndGet();
			return new Many(this);
		}

		@Consumer(subscribeTo = "numbers")
		void one(int event, StageContext context) throws InterruptedException {
			arrive(this, context);
		}

		void arrive(Object bean, StageContext context) throws InterruptedException {
			this.started.put(context.self().name(), bean);
			this.all.countDown();
			assertThat(this.all.await(10, TimeUnit.SECONDS)).isTrue();
		}

	}

	static class Many {

		private final Prototypes prototypes;

		Many(Prototypes prototypes) {
			this.prototypes = prototypes;
		}

		@Consumer(subscribeTo = "numbers", concurrency = 3)
		void many(int event, StageContext context) throws InterruptedException {
			this.prototypes.arrive(this, context);
		}

	}

}
