package io.genstage.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class SourcesTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final List<Object> received = new ArrayList<>();

	private StageRef start(ProducerStage<?> source, int maxDemand) {
		StageRef producer = this.system.start("source", source);
		StageRef consumer = this.system.start("consumer",
				(ConsumerStage<Object>) (events, from) -> this.received.addAll(events));
		consumer.subscribeTo(producer,
				SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0).withCancel(CancelMode.TEMPORARY));
		return producer;
	}

	@Nested
	class Iterables {

		@Test
		void emitsAllElementsAndCompletes() {
			StageRef source = start(Sources.iterable(List.of("a", "b", "c")), 2);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
			assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void pullsExactlyWhatIsAskedForAndNoticesTheEndByTheNextDemand() throws Exception {
			List<String> pulled = new ArrayList<>();
			IteratorSupply<String> supply = new IteratorSupply<>(
					Elements.of(Stream.of("a", "b", "c", "d").peek(pulled::add).iterator()));
			assertThat(supply.pull(3)).containsExactly("a", "b", "c");
			assertThat(pulled).containsExactly("a", "b", "c");
			assertThat(supply.pull(1)).containsExactly("d");
			assertThat(supply.isExhausted()).isFalse();
			assertThat(supply.pull(1)).isEmpty();
			assertThat(supply.isExhausted()).isTrue();
		}

		@Test
		void beginsANewIterationWithEachStart() {
			ProducerStage<Integer> source = Sources.iterable(List.of(1, 2));
			start(source, 5);
			SourcesTests.this.executor.runReady();
			SourcesTests.this.system.find("consumer").orElseThrow().stop(ExitReason.NORMAL);
			SourcesTests.this.executor.runReady();
			start(source, 5);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly(1, 2, 1, 2);
		}

		@Test
		void pullsNoMoreThanALimitAtOnce() {
			AtomicInteger pulled = new AtomicInteger();
			Iterator<Integer> endless = Stream.generate(pulled::incrementAndGet).iterator();
			StageRef source = start(Sources.iterable(() -> endless), 100_000_000);
			int most = 0;
			for (int task = 0; task < 20; task++) {
				int before = pulled.get();
				SourcesTests.this.executor.runOne();
				most = Math.max(most, pulled.get() - before);
			}
			assertThat(most).isBetween(1, ReadingProducer.MOST_OUTSTANDING);
			assertThat(pulled.get()).isGreaterThan(ReadingProducer.MOST_OUTSTANDING);
			assertThat(source.status().isRunning()).isTrue();
		}

	}

	@Nested
	class Iterators {

		@Test
		void emitsWhatIsLeftAndCompletes() {
			Iterator<String> iterator = List.of("a", "b", "c").iterator();
			iterator.next();
			StageRef source = start(Sources.iterator(iterator), 2);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("b", "c");
			assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void areReadOnlyOnce() {
			ProducerStage<String> source = Sources.iterator(List.of("a").iterator());
			start(source, 10).stop(ExitReason.SHUTDOWN);
			SourcesTests.this.executor.runReady();
			assertThatExceptionOfType(StageStartException.class)
				.isThrownBy(() -> SourcesTests.this.system.start("again", source))
				.withMessageContaining("an iterator can be read only once: use Sources.iterable to start again");
		}

		@Test
		void areClosedIfTheyCanBe() {
			AtomicInteger closed = new AtomicInteger();
			StageRef source = start(Sources.iterator(new ClosableIterator(closed)), 1);
			source.stop(ExitReason.SHUTDOWN);
			SourcesTests.this.executor.runReady();
			assertThat(closed).hasValue(1);
		}

		private record ClosableIterator(AtomicInteger closed) implements Iterator<String>, AutoCloseable {

			@Override
			public boolean hasNext() {
				return true;
			}

			@Override
			public String next() {
				return "a";
			}

			@Override
			public void close() {
				this.closed.incrementAndGet();
			}

		}

	}

	@Nested
	class Streams {

		private final AtomicInteger closed = new AtomicInteger();

		@Test
		void closesTheStreamWhenItHasCompleted() {
			start(Sources.stream(IntStream.range(0, 3).onClose(this.closed::incrementAndGet)), 10);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly(0, 1, 2);
			assertThat(this.closed).hasValue(1);
		}

		@Test
		void closesTheStreamWhenItIsStopped() {
			StageRef source = start(Sources.stream(Stream.of("a").onClose(this.closed::incrementAndGet)), 1);
			source.stop(ExitReason.SHUTDOWN);
			SourcesTests.this.executor.runReady();
			assertThat(this.closed).hasValue(1);
		}

		@Test
		void closesTheStreamWhenItFails() {
			StageRef source = start(
					Sources.stream(Stream.of("a").onClose(this.closed::incrementAndGet).peek((event) -> {
						throw new IllegalStateException("unreadable");
					})), 1);
			SourcesTests.this.executor.runReady();
			assertThat(source.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(this.closed).hasValue(1);
		}

		@Test
		void closesAStreamThatCannotBeRead() {
			Stream<String> read = Stream.of("a").onClose(this.closed::incrementAndGet);
			read.iterator();
			assertThatExceptionOfType(StageStartException.class).isThrownBy(() -> start(Sources.stream(read), 1));
			assertThat(this.closed).hasValue(1);
		}

		@Test
		void readsASingleStreamOnlyOnce() {
			ProducerStage<String> source = Sources.stream(Stream.of("a"));
			start(source, 10);
			SourcesTests.this.executor.runReady();
			assertThatExceptionOfType(StageStartException.class)
				.isThrownBy(() -> SourcesTests.this.system.start("again", source))
				.withMessageContaining("Sources.streams");
		}

		@Test
		void opensANewStreamWithEachStart() {
			ProducerStage<String> source = Sources.streams(() -> Stream.of("a").onClose(this.closed::incrementAndGet));
			start(source, 10);
			SourcesTests.this.executor.runReady();
			SourcesTests.this.system.find("consumer").orElseThrow().stop(ExitReason.NORMAL);
			SourcesTests.this.executor.runReady();
			start(source, 10);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "a");
			assertThat(this.closed).hasValue(2);
		}

	}

	/**
	 * Sequences that break after the letters a, b and c.
	 */
	@Nested
	class Failures {

		static Stream<Arguments> broken() {
			return Stream.of(arguments("iterable", Sources.<String>iterable(Failures::throwing), "unreadable"),
					arguments("iterator", Sources.<String>iterator(throwing()), "unreadable"),
					arguments("stream", Sources.<String>stream(Stream.of("a", "b", "c", "d").map(Failures::readable)),
							"unreadable"),
					arguments("streams", Sources.streams(() -> Stream.of("a", "b", "c", "d").map(Failures::readable)),
							"unreadable"),
					arguments("error",
							Sources.<String>iterator(Stream.of("a", "b", "c", "e").map(Failures::readable).iterator()),
							"no such class"),
					arguments("null of a list", Sources.<String>iterable(Arrays.asList("a", "b", "c", null, "e")),
							"element 4 is null"),
					arguments("null of an array",
							Sources.<String>stream(Arrays.stream(new String[] { "a", "b", "c", null })),
							"element 4 is null"),
					arguments("null of an iterator",
							Sources.<String>iterator(Stream.of("a", "b", "c", "d", "e")
								.map((letter) -> letter.equals("d") ? null : letter)
								.iterator()),
							"element 4 is null"));
		}

		private static Iterator<String> throwing() {
			return Stream.of("a", "b", "c", "d").map(Failures::readable).iterator();
		}

		private static String readable(String letter) {
			if (letter.equals("d")) {
				throw new IllegalStateException("unreadable");
			}
			if (letter.equals("e")) {
				throw new NoClassDefFoundError("no such class");
			}
			return letter;
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("broken")
		void comeBehindTheElementsThatWereRead(String name, ProducerStage<String> broken, String message) {
			StageRef source = start(broken, 10);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
			assertThat(failure(source)).hasMessageContaining(message);
			assertThat(source.status().out()).isEqualTo(3);
			assertThat(source.status().discarded()).isZero();
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("broken")
		void comeByTheDemandAfterIfThatIsMet(String name, ProducerStage<String> broken, String message) {
			StageRef source = start(broken, 3);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
			assertThat(failure(source)).hasMessageContaining(message);
		}

		/** One partition takes an event at a time, so that the others wait for it. */
		@ParameterizedTest(name = "{0}")
		@MethodSource("broken")
		void waitForElementsThatAPartitionHolds(String name, ProducerStage<String> broken, String message) {
			StageRef source = startPartitioned(broken);
			Subscription slow = subscribe(source, "all", 1);
			for (int asks = 0; asks < 3; asks++) {
				SourcesTests.this.executor.runReady();
				assertThat(source.status().isRunning()).isTrue();
				slow.ask(1);
			}
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
			assertThat(failure(source)).hasMessageContaining(message);
			assertThat(source.status().discarded()).isZero();
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("broken")
		void areReportedThoughTheStageIsStoppedMeanwhile(String name, ProducerStage<String> broken, String message) {
			StageRef source = startPartitioned(broken);
			subscribe(source, "all", 1);
			SourcesTests.this.executor.runReady();
			source.stop(ExitReason.SHUTDOWN);
			SourcesTests.this.executor.runReady();
			assertThat(source.status().exit()).isEqualTo(ExitReason.SHUTDOWN);
			assertThat(SourcesTests.this.log.read())
				.contains("SEVERE the source of stage 'source' has failed before it was stopped");
		}

		private StageRef startPartitioned(ProducerStage<String> broken) {
			StageRef source = SourcesTests.this.system.start("source", broken,
					StageOptions.defaults()
						.withDispatcher(Dispatchers
							.partition(PartitionOptions.<String>ofNames(List.of("all", "none"), (letter) -> "all"))));
			subscribe(source, "none", 10).ask(10);
			return source;
		}

		private Subscription subscribe(StageRef source, String partition, int maxDemand) {
			StageRef consumer = SourcesTests.this.system.start(partition,
					(ConsumerStage<Object>) (events, from) -> SourcesTests.this.received.addAll(events));
			var subscription = consumer.subscribeTo(source,
					SubscribeOptions.defaults()
						.withMaxDemand(maxDemand)
						.withMinDemand(0)
						.withManualDemand()
						.withPartition(partition)
						.withCancel(CancelMode.TEMPORARY));
			SourcesTests.this.executor.runReady();
			return subscription.toCompletableFuture().join();
		}

		private static Throwable failure(StageRef source) {
			assertThat(source.status().exit()).isInstanceOf(ExitReason.Failure.class);
			return ((ExitReason.Failure) Objects.requireNonNull(source.status().exit())).cause();
		}

	}

	@Nested
	class Polls {

		private final Deque<List<String>> answers = new ArrayDeque<>();

		private final List<String> polls = new ArrayList<>();

		private List<String> poll(int limit) {
			this.polls.add("%d at %d ms".formatted(limit, SourcesTests.this.executor.now().toMillis()));
			return this.answers.isEmpty() ? List.of() : this.answers.remove();
		}

		@Test
		void pollsForTheRestOfTheDemandAtOnceIfItGotSome() {
			this.answers.add(List.of("a", "b"));
			this.answers.add(List.of("c"));
			start(Sources.polling(this::poll, Duration.ofMillis(10), Duration.ofMillis(10)), 3);
			SourcesTests.this.executor.advance(Duration.ofMillis(19));
			assertThat(this.polls).startsWith("3 at 0 ms", "1 at 0 ms");
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
		}

		@Test
		void pausesTwiceAsLongEachTimeThereIsNothing() {
			start(Sources.polling(this::poll, Duration.ofMillis(10), Duration.ofMillis(50)), 1);
			SourcesTests.this.executor.advance(Duration.ofMillis(200));
			assertThat(this.polls).containsExactly("1 at 0 ms", "1 at 10 ms", "1 at 30 ms", "1 at 70 ms", "1 at 120 ms",
					"1 at 170 ms");
		}

		@Test
		void pausesShortlyAgainAfterItGotSomething() {
			this.answers.addAll(List.of(List.of(), List.of(), List.of(), List.of("a")));
			start(Sources.polling(this::poll, Duration.ofMillis(10), Duration.ofMillis(1000)), 3);
			SourcesTests.this.executor.advance(Duration.ofMillis(100));
			assertThat(this.polls).containsExactly("3 at 0 ms", "3 at 10 ms", "3 at 30 ms", "3 at 70 ms", "2 at 70 ms",
					"2 at 80 ms", "2 at 100 ms");
		}

		@Test
		void stopsPollingWhenItIsStopped() {
			StageRef source = start(Sources.polling(this::poll), 1);
			SourcesTests.this.executor.advance(Duration.ofMillis(5));
			source.stop(ExitReason.SHUTDOWN);
			SourcesTests.this.executor.advance(Duration.ofSeconds(60));
			assertThat(this.polls).containsExactly("1 at 0 ms");
			assertThat(SourcesTests.this.executor.timers()).isZero();
		}

		@Test
		void asksASupplierUntilItHasNoMore() {
			Deque<String> events = new ArrayDeque<>(List.of("a", "b", "c"));
			start(Sources.supplier(events::poll), 2);
			SourcesTests.this.executor.runReady();
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c");
			events.add("d");
			SourcesTests.this.executor.advance(Duration.ofMillis(10));
			assertThat(SourcesTests.this.received).containsExactly("a", "b", "c", "d");
		}

		@Test
		void handsOnAnEventBeforeTheSupplierBlocksForTheNext() {
			BlockingQueue<String> events = new LinkedBlockingQueue<>(List.of("a"));
			List<String> handled = new CopyOnWriteArrayList<>();
			try (StageSystem system = StageSystem.builder().closeTimeout(Duration.ofMillis(10)).build()) {
				StageRef source = system.start("blocking", Sources.supplier(() -> take(events)));
				StageRef sink = system.start("sink", (ConsumerStage<String>) (batch, from) -> handled.addAll(batch));
				sink.subscribeTo(source, SubscribeOptions.defaults());
				await().untilAsserted(() -> assertThat(handled).containsExactly("a"));
			}
		}

		private static String take(BlockingQueue<String> events) {
			try {
				return events.take();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

		@Test
		void refusesPausesThatShrinkOrAreNone() {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> Sources.polling(this::poll, Duration.ZERO, Duration.ofMillis(1)));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> Sources.polling(this::poll, Duration.ofMillis(2), Duration.ofMillis(1)));
		}

	}

}
