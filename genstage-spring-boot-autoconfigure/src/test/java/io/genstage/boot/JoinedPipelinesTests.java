package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of applications whose pipelines hand events over to each other by queues.
 */
@ExtendWith(OutputCaptureExtension.class)
class JoinedPipelinesTests {

	private static final int CLOSES = 8;

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	/**
	 * Several threads put events in as fast as they can, and the context is closed at
	 * some moment meanwhile. What was accepted is handled, once, and what was not is
	 * known to who has offered it.
	 */
	@ParameterizedTest
	@EnumSource
	@Timeout(120)
	void handleAllThatWasAcceptedBeforeOrWhileTheContextCloses(Shape shape) {
		for (int seed = 1; seed <= CLOSES; seed++) {
			Ledger ledger = new Ledger();
			Random random = new Random(seed);
			int accepted = random.nextInt(3000);
			try (Load load = new Load(ledger)) {
				this.contextRunner.withUserConfiguration(shape.configuration)
					.withBean(Ledger.class, () -> ledger)
					.run((context) -> {
						assertThat(context).hasNotFailed();
						load.begin(context.getBean(Entry.class));
						load.await(accepted);
					});
			}
			assertThat(ledger.duplicates).as("seed %d: handled twice", seed).isEmpty();
			assertThat(ledger.handled.keySet()).as("seed %d: handled", seed)
				.containsExactlyInAnyOrderElementsOf(ledger.accepted);
		}
	}

	@Test
	@Timeout(60)
	void sayWhatIsLeftInEachStageIfThePhaseIsTooShort(CapturedOutput output) {
		Ledger ledger = new Ledger();
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		this.contextRunner.withUserConfiguration(Stuck.class)
			.withBean(Ledger.class, () -> ledger)
			.withBean("entered", CountDownLatch.class, () -> entered)
			.withBean("never", CountDownLatch.class, () -> never)
			.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=200ms",
					"genstage.lifecycle.drain-timeout=30s")
			.run((context) -> {
				for (int event = 0; event < 50; event++) {
					assertThat(context.getBean(Entry.class).offer(event)).isTrue();
				}
				assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
			});
		assertThat(output).contains("The application context closes while [pipeline 'inbox'] still drain")
			.containsPattern("pipeline 'inbox' has not been drained: "
					+ "stage 'inbox' was still running with 46 events left and 0 lost; "
					+ "stage 'stuck' was still running with 4 events left and 0 lost");
	}

	enum Shape {

		ROW(Row.class), DIAMOND(Diamond.class), CIRCLE(Circle.class);

		private final Class<?> configuration;

		Shape(Class<?> configuration) {
			this.configuration = configuration;
		}

		Class<?> configuration() {
			return this.configuration;
		}

	}

	/**
	 * Where events come in.
	 */
	record Entry(EventQueue<Integer> queue) {

		boolean offer(int event) {
			return this.queue.offer(event);
		}

	}

	/**
	 * What came in and what was handled.
	 */
	static class Ledger {

		private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();

		private final ConcurrentMap<Integer, Boolean> handled = new ConcurrentHashMap<>();

		private final Set<Integer> duplicates = ConcurrentHashMap.newKeySet();

		int accepted() {
			return this.accepted.size();
		}

		long unhandled() {
			return this.accepted.stream().filter((event) -> !this.handled.containsKey(event)).count();
		}

		int duplicates() {
			return this.duplicates.size();
		}

		void handle(int event) {
			if (this.handled.put(event, true) != null) {
				this.duplicates.add(event);
			}
		}

	}

	/**
	 * Threads outside of the pipelines that offer events until they are stopped, and on
	 * while the context closes.
	 */
	static final class Load implements AutoCloseable {

		private final Ledger ledger;

		private final ExecutorService threads = Executors.newFixedThreadPool(2);

		private final AtomicInteger next = new AtomicInteger();

		private volatile boolean stopped;

		Load(Ledger ledger) {
			this.ledger = ledger;
		}

		void begin(Entry entry) {
			for (int thread = 0; thread < 2; thread++) {
				this.threads.execute(() -> {
					while (!this.stopped) {
						int event = this.next.getAndIncrement();
						if (entry.offer(event)) {
							this.ledger.accepted.add(event);
						}
						else {
							Thread.yield();
						}
					}
				});
			}
		}

		void await(int accepted) {
			while (this.ledger.accepted.size() < accepted) {
				Thread.onSpinWait();
			}
		}

		@Override
		public void close() {
			this.stopped = true;
			this.threads.shutdown();
			Awaitility.await().until(this.threads::isTerminated);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Row {

		@Bean
		@Producer
		EventQueue<Integer> inbox() {
			return new EventQueue<>(500);
		}

		@Bean
		@Producer
		EventQueue<Integer> second() {
			return new EventQueue<>(20);
		}

		@Bean
		Entry entry(EventQueue<Integer> inbox) {
			return new Entry(inbox);
		}

		@Bean
		Forward forward(EventQueue<Integer> second) {
			return new Forward(second);
		}

		@Bean
		Last last(Ledger ledger) {
			return new Last(ledger);
		}

		record Forward(EventQueue<Integer> second) {

			@ProducerConsumer(subscribeTo = "inbox")
			List<Integer> checked(List<Integer> events) {
				return events;
			}

			@Consumer(subscribeTo = "checked", maxDemand = 50, concurrency = 2)
			void forward(int event) throws InterruptedException {
				this.second.put(event);
			}

		}

		record Last(Ledger ledger) {

			@Consumer(subscribeTo = "second")
			void last(int event) {
				this.ledger.handle(event);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Diamond {

		@Bean
		@Producer
		EventQueue<Integer> inbox() {
			return new EventQueue<>(500);
		}

		@Bean
		@Producer
		EventQueue<Integer> left() {
			return new EventQueue<>(20);
		}

		@Bean
		@Producer
		EventQueue<Integer> right() {
			return new EventQueue<>(20);
		}

		@Bean
		Entry entry(EventQueue<Integer> inbox) {
			return new Entry(inbox);
		}

		@Bean
		Steps steps(EventQueue<Integer> left, EventQueue<Integer> right, Ledger ledger) {
			return new Steps(left, right, ledger);
		}

		record Steps(EventQueue<Integer> left, EventQueue<Integer> right, Ledger ledger) {

			@Consumer(subscribeTo = "inbox", maxDemand = 50)
			void top(int event) throws InterruptedException {
				((event % 2 == 0) ? this.left : this.right).put(event);
			}

			@Consumer(subscribeTo = "left", maxDemand = 10)
			void beside(int event) throws InterruptedException {
				this.right.put(event);
			}

			@Consumer(subscribeTo = "right")
			void bottom(int event) {
				this.ledger.handle(event);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Circle {

		@Bean
		@Producer
		EventQueue<Integer> inbox() {
			return new EventQueue<>(500);
		}

		@Bean
		@Producer
		EventQueue<Map.Entry<Integer, Integer>> around() {
			// Never full: what waits for its own handler would wait for ever.
			return new EventQueue<>(1_000_000);
		}

		@Bean
		Entry entry(EventQueue<Integer> inbox) {
			return new Entry(inbox);
		}

		@Bean
		Steps steps(EventQueue<Map.Entry<Integer, Integer>> around, Ledger ledger) {
			return new Steps(around, ledger);
		}

		record Steps(EventQueue<Map.Entry<Integer, Integer>> around, Ledger ledger) {

			@Consumer(subscribeTo = "inbox", maxDemand = 50)
			void enter(int event) throws InterruptedException {
				this.around.put(Map.entry(event, event % 5));
			}

			@Consumer(subscribeTo = "around", maxDemand = 50)
			void goAround(Map.Entry<Integer, Integer> event) throws InterruptedException {
				if (event.getValue() == 0) {
					this.ledger.handle(event.getKey());
				}
				else {
					this.around.put(Map.entry(event.getKey(), event.getValue() - 1));
				}
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Stuck {

		@Bean
		@Producer
		EventQueue<Integer> inbox() {
			return new EventQueue<>(500);
		}

		@Bean
		Entry entry(EventQueue<Integer> inbox) {
			return new Entry(inbox);
		}

		@Bean
		Handler handler(CountDownLatch entered, CountDownLatch never) {
			return new Handler(entered, never);
		}

		record Handler(CountDownLatch entered, CountDownLatch never) {

			@Consumer(subscribeTo = "inbox", maxDemand = 4)
			void stuck(List<Integer> events) throws InterruptedException {
				this.entered.countDown();
				this.never.await();
			}

		}

	}

}
