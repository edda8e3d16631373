package io.genstage.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams whose reader waits for stages with threads of their own.
 */
@Timeout(60)
class EventStreamThreadsTests {

	private static final SubscribeOptions TEN = SubscribeOptions.defaults().withMaxDemand(10);

	private final StageSystem system = StageSystem.builder().closeTimeout(Duration.ofMillis(500)).build();

	@AfterEach
	void close() {
		this.system.close();
	}

	private EventQueue<Integer> queue() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		this.system.start("queue", queue);
		return queue;
	}

	private EventStream<Integer> stream() {
		return EventStream.in(this.system);
	}

	private List<String> running() {
		return this.system.stages().stream().map(StageRef::name).toList();
	}

	@Test
	void waitsForEventsAndForTheEnd() {
		EventQueue<Integer> queue = queue();
		CompletableFuture<List<Integer>> read = onAnotherThread(
				() -> stream().subscribeTo("queue", TEN.withCancel(CancelMode.TRANSIENT)).stream().toList());
		await().until(() -> running().size() == 2);
		queue.offer(1);
		queue.offer(2);
		await().until(() -> queue.size() == 0);
		assertThat(read).isNotDone();
		queue.close();
		assertThat(join(read)).containsExactly(1, 2);
		// The queue tells the reader that it ends before it is gone itself.
		await().until(() -> running().isEmpty());
	}

	@Test
	void readsAHundredThousandEventsInOrder() {
		int count = 100_000;
		this.system.start("numbers", Sources.stream(IntStream.range(0, count)));
		StageRef next = this.system.start("next", (ProducerConsumerStage<Integer, Integer>) (events,
				from) -> events.stream().map((number) -> number + 1).toList());
		join(next.subscribeTo("numbers", TEN.withCancel(CancelMode.TRANSIENT)).toCompletableFuture());
		try (Stream<Integer> events = stream().subscribeTo(next, TEN).stream()) {
			assertThat(events.limit(count)).isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
		}
		assertThat(next.status().consumers()).isEmpty();
	}

	@Test
	void takesAProducerThatIsAddedWhileItIsRead() {
		EventQueue<Integer> queue = queue();
		EventStream<Integer> stream = stream();
		CompletableFuture<List<Integer>> read = onAnotherThread(
				() -> stream.subscribeTo("queue", TEN.withCancel(CancelMode.TEMPORARY)).stream().toList());
		await().until(() -> running().size() == 2);
		this.system.start("more", Sources.iterable(List.of(7, 8)));
		stream.subscribeTo("more", TEN.withCancel(CancelMode.TEMPORARY));
		await().until(() -> !running().contains("more"));
		queue.close();
		assertThat(join(read)).containsExactly(7, 8);
	}

	@Test
	void failsWhenItsSystemIsClosed() {
		queue();
		CompletableFuture<List<Integer>> read = onAnotherThread(
				() -> stream().subscribeTo("queue", TEN).stream().toList());
		await().until(() -> running().size() == 2);
		this.system.close();
		// Which of the stages is stopped first is open.
		assertThat(failure(read)).isInstanceOfSatisfying(EventStreamException.class,
				(failure) -> assertThat(failure.reason()).isEqualTo(ExitReason.SHUTDOWN));
	}

	@Test
	void failsWhenAnotherThreadClosesIt() {
		queue();
		EventStream<Integer> stream = stream();
		CompletableFuture<List<Integer>> read = onAnotherThread(
				() -> stream.subscribeTo("queue", TEN).stream().toList());
		await().until(() -> running().size() == 2);
		stream.close();
		assertThat(failure(read)).isInstanceOf(IllegalStateException.class).hasMessage("the event stream is closed");
		assertThat(running()).containsExactly("queue");
	}

	@Test
	void endsWithTheInterruptOfTheReader() throws InterruptedException {
		queue();
		List<Boolean> flags = new ArrayList<>();
		CompletableFuture<Throwable> thrown = new CompletableFuture<>();
		Thread reader = new Thread(() -> {
			try {
				stream().subscribeTo("queue", TEN).iterator().next();
			}
			catch (EventStreamException ex) {
				flags.add(Thread.currentThread().isInterrupted());
				thrown.complete(ex);
			}
		});
		reader.start();
		await().until(() -> running().size() == 2);
		reader.interrupt();
		assertThat(join(thrown)).hasMessage("interrupted while waiting for events")
			.hasCauseInstanceOf(InterruptedException.class);
		assertThat(flags).containsExactly(true);
		reader.join();
		assertThat(running()).containsExactly("queue");
		StageRef queue = this.system.find("queue").orElseThrow();
		await().untilAsserted(() -> assertThat(queue.status().consumers()).isEmpty());
	}

	@Test
	void doesNotWaitForAStuckProducerWhenItIsInterrupted() throws InterruptedException {
		CountDownLatch stuck = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.system.start("stuck", (ProducerStage<Integer>) (demand) -> {
			stuck.countDown();
			release.await();
			return List.of();
		});
		EventStream<Integer> stream = stream().subscribeTo("stuck", TEN);
		Thread reader = new Thread(() -> {
			try (stream) {
				stream.iterator().next();
			}
			catch (EventStreamException ex) {
				// Expected; that the thread ends is what matters.
			}
		});
		reader.start();
		stuck.await();
		reader.interrupt();
		reader.join();
		assertThat(running()).containsExactly("stuck");
		release.countDown();
	}

	@Test
	void hasForgottenTheSubscriptionWhenItIsClosed() {
		StageRef numbers = this.system.start("numbers", Sources.stream(IntStream.iterate(0, (number) -> number + 1)));
		for (int time = 0; time < 200; time++) {
			try (Stream<Integer> events = stream().subscribeTo(numbers, TEN).stream()) {
				assertThat(events.limit(7)).hasSize(7);
			}
			assertThat(numbers.status().consumers()).isEmpty();
			assertThat(running()).containsExactly("numbers");
		}
	}

	@Test
	void subscribesToAProducerThatIsAddedWhileItStarts() {
		StageRef numbers = this.system.start("numbers", Sources.stream(IntStream.iterate(0, (number) -> number + 1)));
		for (int time = 0; time < 1_000; time++) {
			EventStream<Integer> stream = stream().subscribeTo("nobody", TEN.withCancel(CancelMode.TEMPORARY));
			CountDownLatch go = new CountDownLatch(1);
			CompletableFuture<Boolean> added = onAnotherThread(() -> {
				go.await();
				return accepts(stream, numbers, TEN);
			});
			go.countDown();
			Iterator<Integer> events = stream.iterator();
			assertThat(events.hasNext()).isEqualTo(join(added));
			stream.close();
		}
	}

	@RepeatedTest(20)
	void losesNoProducerThatItHasAccepted() {
		EventStream<Long> stream = EventStream.in(this.system);
		SubscribeOptions options = TEN.withCancel(CancelMode.TEMPORARY);
		int perThread = 20;
		stream.subscribeTo(this.system.start("first", Sources.stream(LongStream.range(0, 100))), options);
		List<CompletableFuture<Integer>> accepted = new ArrayList<>();
		for (int thread = 0; thread < 3; thread++) {
			String name = "source%d-".formatted(thread);
			accepted.add(onAnotherThread(() -> add(stream, name, perThread, options)));
		}
		Iterator<Long> events = stream.iterator();
		int read = 0;
		for (; events.hasNext(); read++) {
			events.next();
		}
		int sources = accepted.stream().mapToInt(EventStreamThreadsTests::join).sum();
		assertThat(read).isEqualTo(100 + 5 * sources);
	}

	/** Adds sources of five events until the stream has ended. */
	private int add(EventStream<Long> stream, String name, int count, SubscribeOptions options) {
		for (int number = 0; number < count; number++) {
			StageRef source = this.system.start(name + number, Sources.stream(LongStream.range(0, 5)));
			if (!accepts(stream, source, options)) {
				source.stop(ExitReason.NORMAL);
				return number;
			}
		}
		return count;
	}

	private static boolean accepts(EventStream<?> stream, StageRef source, SubscribeOptions options) {
		try {
			stream.subscribeTo(source, options);
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	private static <T> CompletableFuture<T> onAnotherThread(Callable<T> task) {
		CompletableFuture<T> result = new CompletableFuture<>();
		new Thread(() -> {
			try {
				result.complete(task.call());
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		}).start();
		return result;
	}

	private static <T> T join(CompletableFuture<T> future) {
		return future.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static Throwable failure(CompletableFuture<?> future) {
		try {
			join(future);
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
		throw new AssertionError("did not fail");
	}

}
