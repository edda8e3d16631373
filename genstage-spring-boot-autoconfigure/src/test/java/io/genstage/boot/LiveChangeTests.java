package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.DrainReport;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that are changed and closed under load, with every event counted.
 */
@Timeout(120)
class LiveChangeTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	private final AtomicReference<StageRegistry> closed = new AtomicReference<>();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Test
	void losesNothingAndHandlesNothingTwice() {
		Load load = new Load();
		this.contextRunner.withBean(Load.class, () -> load).run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			this.closed.set(registry);
			for (int round = 0; round < 200; round++) {
				join(registry.demand("store", 10 + 90 * (round % 3), round % 10));
				join(registry.concurrency("store", 1 + round % 4));
				join(registry.pause("store"));
				join(registry.resume("store"));
				join(registry.pause("numbers"));
				join(registry.resume("numbers"));
				if (round % 20 == 0) {
					join(registry.restart("store"));
					join(registry.reset("store"));
				}
			}
			load.awaitMore();
		});
		assertAllAreHandledOnce(load);
	}

	@Test
	void losesNothingWhileBatchesChange() {
		Load load = new Load();
		this.contextRunner.withBean(Load.class, () -> load)
			.withBean("lastDigit", ToIntFunction.class, () -> (number) -> (int) number % 10)
			.withPropertyValues("genstage.stages.store.batch.size=50", "genstage.stages.store.batch.timeout=2ms",
					"genstage.stages.store.batch.by=lastDigit", "genstage.stages.store.rate.events=1000000")
			.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				this.closed.set(registry);
				for (int round = 0; round < 200; round++) {
					registry.batch("store", 1 + round % 90, Duration.ofMillis(1 + round % 7));
					join(registry.concurrency("store", 1 + round % 4));
					registry.batch("store", 90 - round % 90, Duration.ofDays(1 + round % 2));
					registry.rate("store", RateLimit.of(1_000_000 + round, Duration.ofSeconds(1)));
					join(registry.pause("store"));
					join(registry.resume("store"));
					if (round % 20 == 0) {
						join(registry.restart("store"));
						join(registry.reset("store"));
					}
				}
				load.awaitMore();
			});
		assertAllAreHandledOnce(load);
	}

	@Test
	void finishesAThousandEventsOnFourInstancesWhenItCloses() {
		Desk desk = new Desk(1, new CountDownLatch(0));
		this.contextRunner.withBean(Desk.class, () -> desk).withUserConfiguration(Line.class).run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			this.closed.set(registry);
			join(registry.demand("desk", 250, 0));
			join(registry.concurrency("desk", 4));
			EventQueue<?> line = context.getBean("line", EventQueue.class);
			offer(line, 1000);
		});
		assertThat(desk.served).hasValue(1000);
		assertThat(this.closed.get().drainReports()).singleElement().satisfies((report) -> {
			assertThat(report.isComplete()).isTrue();
			assertThat(report.stages().get(1).finished()).isBetween(1L, 1000L);
			assertThat(report.stages().get(1).time().toMillis()).isPositive();
		});
	}

	@Test
	void namesAHandlerThatIsStuckAtTheDeadline() {
		Desk desk = new Desk(0, new CountDownLatch(1));
		AtomicLong stuckSince = new AtomicLong();
		this.contextRunner.withBean(Desk.class, () -> desk)
			.withUserConfiguration(Line.class)
			.withPropertyValues("genstage.lifecycle.drain-timeout=50ms")
			.run((context) -> {
				this.closed.set(TestContexts.registry(context));
				offer(context.getBean("line", EventQueue.class), 1);
				Awaitility.await().until(() -> desk.entered.getCount() == 0);
				stuckSince.set(System.nanoTime());
			});
		assertThat(Duration.ofNanos(System.nanoTime() - stuckSince.get())).isLessThan(Duration.ofSeconds(4));
		// The line stays open for the handler that is stuck, which may still put events
		// in.
		assertThat(this.closed.get().drainReports()).flatExtracting(DrainReport::remainders)
			.filteredOn((remainder) -> remainder.left() > 0)
			.singleElement()
			.satisfies((stuck) -> {
				assertThat(stuck.stuck()).containsExactly("desk");
				assertThat(stuck.left()).isEqualTo(1);
				assertThat(stuck.time().toMillis()).isGreaterThanOrEqualTo(50);
			});
	}

	@SuppressWarnings("unchecked") // it is one of numbers
	private static void offer(EventQueue<?> line, int events) {
		IntStream.range(0, events).forEach((event) -> assertThat(((EventQueue<Integer>) line).offer(event)).isTrue());
	}

	private static <T> T join(CompletionStage<T> change) {
		return change.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	private void assertAllAreHandledOnce(Load load) {
		assertThat(this.closed.get().drainReports()).allMatch(DrainReport::isComplete);
		assertThat(load.next.get()).isPositive();
		assertThat(load.wrong()).isEmpty();
	}

	/**
	 * Emits each number once and counts how often each has come.
	 */
	static class Load {

		static final int MOST = 10_000_000;

		private final AtomicInteger next = new AtomicInteger();

		private final AtomicIntegerArray times = new AtomicIntegerArray(MOST);

		@Producer
		List<Integer> numbers(int demand) {
			int first = this.next.get();
			int end = Math.min(first + demand, MOST);
			this.next.set(end);
			return IntStream.range(first, end).boxed().toList();
		}

		@Consumer(subscribeTo = "numbers")
		void store(List<Integer> numbers) {
			numbers.forEach(this.times::incrementAndGet);
		}

		/** Waits until numbers are emitted after this call, if any are left. */
		void awaitMore() {
			int before = this.next.get();
			Awaitility.await().until(() -> this.next.get() > before || before == MOST);
		}

		/** Returns what has not come once, or has come without being emitted. */
		IntStream wrong() {
			return IntStream.range(0, MOST).filter((number) -> this.times.get(number) != expected(number));
		}

		private int expected(int number) {
			return (number < this.next.get()) ? 1 : 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@Producer
		EventQueue<Integer> line() {
			return new EventQueue<>(1000);
		}

	}

	/**
	 * Takes its time for each event.
	 */
	static class Desk {

		private final AtomicInteger served = new AtomicInteger();

		private final CountDownLatch entered = new CountDownLatch(1);

		private final long millis;

		private final CountDownLatch go;

		Desk(long millis, CountDownLatch go) {
			this.millis = millis;
			this.go = go;
		}

		@Consumer(subscribeTo = "line", name = "desk")
		void serve(Integer reader) throws InterruptedException {
			this.entered.countDown();
			this.go.await();
			TimeUnit.MILLISECONDS.sleep(this.millis);
			this.served.incrementAndGet();
		}

	}

}
