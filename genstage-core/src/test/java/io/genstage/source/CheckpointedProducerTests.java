package io.genstage.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.AsyncConsumerStage;
import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.PerEventConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Page;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(60)
class CheckpointedProducerTests {

	private static final CheckpointOptions OPTIONS = CheckpointOptions.defaults().withMaxUnsettled(4);

	private SeededExecutor executor = new SeededExecutor(1);

	private StageSystem system = systemOf(this.executor);

	private final MemoryProgressStore<Integer> store = new MemoryProgressStore<>();

	/** How often and from where the source was read. */
	private final List<String> reads = new ArrayList<>();

	private final List<Integer> handled = new ArrayList<>();

	private final Map<Integer, CompletableFuture<Void>> open = new HashMap<>();

	/** What is there, in order. */
	private final List<Integer> numbers = new ArrayList<>(IntStream.rangeClosed(1, 10).boxed().toList());

	private CheckpointedProducer<Integer, Integer> producer = Sources.checkpointed(this::read, this.store, "numbers",
			OPTIONS);

	private static StageSystem systemOf(SeededExecutor executor) {
		return StageSystem.builder().executor(executor).scheduler(executor).build();
	}

	private Page<Integer, Integer> read(Integer position, int max) {
		this.reads.add("%s+%d".formatted(position, max));
		List<Element<Integer, Integer>> page = this.numbers.stream()
			.filter((number) -> position == null || number > position)
			.limit(max)
			.map((number) -> new Element<>(number, number))
			.toList();
		int last = page.isEmpty() ? ((position != null) ? position : 0) : page.get(page.size() - 1).position();
		return new Page<>(page, last >= this.numbers.get(this.numbers.size() - 1));
	}

	private static StageOptions failing() {
		return StageOptions.defaults()
			.withFailure(FailurePolicy.defaults()
				.withRetries(Retries.fixed(0, Duration.ofSeconds(1)))
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
				.withThen(Then.FAIL));
	}

	/** Begins what is asked for, each to be finished by the test. */
	private StageRef start(int maxDemand) {
		AsyncConsumerStage<Integer> consumer = (event, from) -> {
			this.handled.add(event);
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.open.put(event, work);
			return work;
		};
		StageRef stage = this.system.start("numbers", this.producer);
		this.system.start("consumer", consumer, failing().withInFlight(InFlight.of(maxDemand).unordered()))
			.subscribeTo(stage, new SubscribeOptions(maxDemand, maxDemand - 1, CancelMode.PERMANENT));
		this.executor.runReady();
		return stage;
	}

	private void finish(int... events) {
		for (int event : events) {
			this.open.remove(event).complete(null);
		}
		this.executor.runReady();
	}

	private void fail(int event) {
		this.open.remove(event).completeExceptionally(new IllegalStateException());
		this.executor.runReady();
	}

	private void runUntil(Duration time) {
		while (this.executor.now().compareTo(time) < 0) {
			assertThat(this.executor.runOne()).isTrue();
		}
		this.executor.runReady();
	}

	@Nested
	class Reading {

		@Test
		void isAsMuchAsIsWanted() {
			start(2);
			assertThat(reads).containsExactly("null+2");
			finish(1);
			assertThat(reads).containsExactly("null+2", "2+1");
			assertThat(handled).containsExactly(1, 2, 3);
		}

		@Test
		void waitsWhileTooMuchIsUnsettled() {
			start(3);
			finish(2, 3);
			finish(4);
			assertThat(handled).containsExactly(1, 2, 3, 4);
			assertThat(producer.status()).isEqualTo(new CheckpointedProducer.Status<>(null, 1, 1, 3, true, null));
			finish(1);
			assertThat(handled).containsExactly(1, 2, 3, 4, 5, 6, 7);
			assertThat(store.load("numbers")).isEqualTo(4);
		}

		@Test
		void completesWhenAllIsSettled() {
			numbers.subList(2, 10).clear();
			start(5);
			finish(2);
			assertThat(system.find("numbers")).isPresent();
			finish(1);
			assertThat(system.find("numbers")).isEmpty();
			assertThat(store.load("numbers")).isEqualTo(2);
		}

		@Test
		void completesNotBeforeItsPositionIsSaved() {
			CheckpointedProducerTests tests = CheckpointedProducerTests.this;
			List<Boolean> stoppedBefore = new ArrayList<>();
			AtomicReference<StageRef> stage = new AtomicReference<>();
			ProgressStore<Integer> slow = new ProgressStore<>() {

				@Override
				public @Nullable Integer load(String name) {
					return tests.store.load(name);
				}

				@Override
				public void save(String name, Integer position) {
					// Meanwhile somebody else asks.
					tests.system
						.start("other " + position,
								(ConsumerStage<Integer>) (events, from) -> tests.handled.addAll(events))
						.subscribeTo(stage.get(), SubscribeOptions.defaults());
					tests.executor.runReady();
					stoppedBefore.add(stage.get().whenStopped().toCompletableFuture().isDone());
					tests.store.save(name, position);
				}

			};
			tests.producer = Sources.checkpointed(tests::read, slow, "numbers", OPTIONS);
			tests.numbers.removeIf((number) -> number > 2);
			stage.set(tests.start(4));
			finish(1, 2);
			assertThat(stoppedBefore).isNotEmpty().containsOnly(false);
			assertThat(stage.get().whenStopped().toCompletableFuture()).isCompleted();
			assertThat(tests.store.load("numbers")).isEqualTo(2);
		}

		@Test
		void pausesWhenThereIsNothing() {
			List<Element<Integer, Integer>> there = new ArrayList<>();
			producer = Sources.checkpointed((position, max) -> {
				Page<Integer, Integer> page = Page.of(there);
				reads.add("read");
				there.clear();
				return page;
			}, store, "feed");
			start(2);
			runUntil(Duration.ofMillis(70));
			assertThat(reads).as("at 0, 10, 30 and 70 ms").hasSize(4);
			there.add(new Element<>(1, 1));
			runUntil(Duration.ofMillis(150));
			assertThat(handled).containsExactly(1);
		}

		@Test
		void thatFailsStopsTheStageBehindItsEvents() {
			producer = Sources.checkpointed((position, max) -> {
				if (position != null) {
					throw new IOException("torn");
				}
				return Page.of(List.of(new Element<>(1, 1)));
			}, store, "torn");
			StageRef stage = start(2);
			assertThat(handled).containsExactly(1);
			assertThat(stage.whenStopped().toCompletableFuture().join()).isInstanceOfSatisfying(
					ExitReason.Failure.class, (failure) -> assertThat(failure.cause()).hasMessage("torn"));
			assertThat(producer.isRestartable()).isTrue();
		}

		@Test
		void isTriedAgainWhileTheSourceIsAway() {
			producer = Sources.checkpointed((position, max) -> {
				reads.add("read from " + position);
				if (reads.size() < 4) {
					throw new SourceUnavailableException("away", new IOException("refused"));
				}
				return read(position, max);
			}, store, "away");
			StageRef stage = start(2);
			assertThat(stage.status().outage().cause()).hasMessage("away");
			runUntil(Duration.ofMillis(30));
			assertThat(reads).as("at 0, 10 and 30 ms").hasSize(3);
			assertThat(handled).isEmpty();
			runUntil(Duration.ofMillis(70));
			assertThat(handled).containsExactly(1, 2);
			assertThat(stage.status().outage()).isNull();
		}

		@Test
		void beginsWhenTheStoreIsBack() {
			AtomicInteger loads = new AtomicInteger();
			ProgressStore<Integer> flaky = new ProgressStore<>() {

				@Override
				public Integer load(String name) {
					if (loads.incrementAndGet() < 3) {
						throw new SourceUnavailableException("no store", new IOException("refused"));
					}
					return 5;
				}

				@Override
				public void save(String name, Integer position) {
				}

			};
			producer = Sources.checkpointed(CheckpointedProducerTests.this::read, flaky, "numbers");
			StageRef stage = start(2);
			assertThat(stage.status().outage()).isNotNull();
			runUntil(Duration.ofMillis(30));
			assertThat(handled).containsExactly(6, 7);
			assertThat(stage.status().outage()).isNull();
		}

		@Test
		void ofFailedEventsIsTriedAgainWhileTheSourceIsAway() {
			numbers.subList(2, 10).clear();
			boolean[] away = new boolean[1];
			producer = Sources.checkpointed((position, max) -> {
				if (away[0]) {
					throw new SourceUnavailableException("away", new IOException("refused"));
				}
				return read(position, max);
			}, store, "numbers", OPTIONS);
			start(2);
			fail(1);
			away[0] = true;
			runUntil(Duration.ofSeconds(31));
			assertThat(handled).containsExactly(1, 2);
			away[0] = false;
			assertThat(executor.runOne()).as("the next try").isTrue();
			executor.runReady();
			assertThat(handled).containsExactly(1, 2, 1);
		}

		@Test
		void endsWithADrainWhileTheSourceIsAway() {
			producer = Sources.checkpointed((position, max) -> {
				throw new SourceUnavailableException("away", new IOException("refused"));
			}, store, "away");
			StageRef stage = start(2);
			stage.tell(new Object());
			assertThat(stage.status().isRunning()).isTrue();
			stage.stop(ExitReason.NORMAL);
			executor.runReady();
			assertThat(stage.status().isRunning()).isFalse();
		}

	}

	@Nested
	class AFailedEvent {

		@Test
		void isReadAgainWithoutThoseThatAreSettled() {
			start(3);
			finish(1, 3);
			fail(2);
			assertThat(store.load("numbers")).isEqualTo(1);
			assertThat(producer.status().oldestUnsettled()).isEqualTo(2);
			finish(4);
			handled.clear();
			runUntil(Duration.ofSeconds(30));
			assertThat(handled).containsExactly(2);
			assertThat(reads).contains("1+1");
			finish(2);
			assertThat(store.load("numbers")).isEqualTo(4);
		}

		@Test
		void isForgottenWhenItIsGone() {
			start(2);
			finish(2);
			fail(1);
			numbers.remove(0);
			runUntil(Duration.ofSeconds(30));
			finish(3);
			assertThat(store.load("numbers")).isEqualTo(3);
		}

	}

	@Nested
	class ARestart {

		@Test
		void goesOnFromTheSavedPosition() {
			StageRef stage = start(3);
			finish(1, 3);
			stage.stop(ExitReason.SHUTDOWN);
			executor.runReady();
			handled.clear();
			system = systemOf(executor);
			start(3);
			assertThat(handled).containsExactly(2, 3, 4);
		}

		@Test
		void isNotDisturbedByTheRunBefore() {
			StageRef stage = start(3);
			Map<Integer, CompletableFuture<Void>> before = Map.copyOf(open);
			finish(2);
			system = systemOf(executor);
			start(3);
			before.get(1).complete(null);
			executor.runReady();
			assertThat(store.load("numbers")).isNull();
			assertThat(stage.status().exit()).isNull();
		}

		@Test
		void savesWhatIsSettledAfterADrain() {
			numbers.subList(3, 10).clear();
			start(2).beginDrain();
			executor.runReady();
			assertThat(system.find("numbers")).isEmpty();
			finish(1, 2);
			assertThat(store.load("numbers")).isEqualTo(2);
			assertThat(handled).containsExactly(1, 2);
		}

	}

	@Nested
	class AStoreThatFails {

		@Test
		void isTriedAgainWithTheNextProgress() {
			boolean[] broken = { true };
			List<Integer> saved = new ArrayList<>();
			ProgressStore<Integer> unreliable = new ProgressStore<>() {

				@Override
				public Integer load(String name) {
					return null;
				}

				@Override
				public void save(String name, Integer position) throws Exception {
					if (broken[0]) {
						throw new IOException("full");
					}
					saved.add(position);
				}

			};
			producer = Sources.checkpointed(CheckpointedProducerTests.this::read, unreliable, "numbers", OPTIONS);
			start(2);
			finish(1);
			assertThat(producer.status().storeFailure()).hasMessage("full");
			assertThat(producer.status().saved()).isNull();
			broken[0] = false;
			finish(2);
			assertThat(saved).containsExactly(2);
			assertThat(producer.status().storeFailure()).isNull();
		}

	}

	@Nested
	class AnotherSourceOfTheSameName {

		@Test
		void takesTheProgressOverAndTheFirstOneReportsIt() {
			start(1);
			CheckpointedProducer<Integer, Integer> other = Sources.checkpointed(CheckpointedProducerTests.this::read,
					store, "numbers");
			system.start("other", other);
			executor.runReady();
			finish(1);
			assertThat(store.load("numbers")).isNull();
			assertThat(producer.status().storeFailure()).isInstanceOf(IllegalStateException.class)
				.hasMessage("the progress of 'numbers' was taken over by another source: do two have the same name?");
			assertThat(other.status().storeFailure()).isNull();
		}

		@Test
		void isKnownByTheStoreAndTheName() {
			assertThat(producer.sharesProgressWith(of(store, "numbers"))).isTrue();
			assertThat(producer.sharesProgressWith(of(store, "letters"))).isFalse();
			assertThat(producer.sharesProgressWith(of(new MemoryProgressStore<>(), "numbers"))).isFalse();
		}

		private CheckpointedProducer<Integer, Integer> of(ProgressStore<Integer> store, String name) {
			return Sources.checkpointed(CheckpointedProducerTests.this::read, store, name);
		}

	}

	@Test
	void neverSavesAPositionBehindAnUnsettledEvent() {
		for (long seed = 0; seed < 1000; seed++) {
			runAtRandom(seed);
		}
	}

	private void runAtRandom(long seed) {
		Random random = new Random(seed);
		this.executor = new SeededExecutor(seed);
		this.system = systemOf(this.executor);
		this.open.clear();
		Set<Integer> settled = new HashSet<>();
		ProgressStore<Integer> checked = new ProgressStore<>() {

			private int last;

			@Override
			public Integer load(String name) {
				return null;
			}

			@Override
			public void save(String name, Integer position) {
				assertThat(position).as("seed %d", seed).isGreaterThan(this.last);
				this.last = position;
				for (int number = 1; number <= position; number++) {
					assertThat(settled).as("seed %d", seed).contains(number);
				}
			}

		};
		this.producer = Sources.checkpointed(this::read, checked, "numbers", OPTIONS);
		StageRef stage = start(3);
		while (stage.status().exit() == null) {
			if (!this.open.isEmpty() && random.nextBoolean()) {
				List<Integer> events = List.copyOf(this.open.keySet());
				int event = events.get(random.nextInt(events.size()));
				CompletableFuture<Void> work = this.open.remove(event);
				assertThat(settled).as("seed %d", seed).doesNotContain(event);
				if (random.nextInt(4) > 0) {
					settled.add(event);
					work.complete(null);
				}
				else {
					work.completeExceptionally(new IllegalStateException());
				}
			}
			else {
				this.executor.runOne();
			}
		}
		assertThat(this.producer.status()).as("seed %d", seed)
			.isEqualTo(new CheckpointedProducer.Status<>(10, null, 0, 0, false, null));
	}

	@Test
	void readsTheLinesOfAFileAndTheOneThatFailedAgain(@TempDir Path directory) throws Exception {
		List<String> expected = IntStream.range(0, 2000).mapToObj((line) -> "line " + line).toList();
		Path file = Files.write(directory.resolve("lines.txt"), expected);
		MemoryProgressStore<LinePosition> positions = new MemoryProgressStore<>();
		CheckpointedProducer<LinePosition, String> lines = Sources.checkpointed(Lines.of(file), positions, "lines",
				CheckpointOptions.defaults().withReadAgainAfter(Duration.ofMillis(20)));
		Queue<String> done = new ConcurrentLinkedQueue<>();
		boolean[] failed = new boolean[1];
		PerEventConsumerStage<String> consumer = (line, from) -> {
			if (line.equals("line 700") && !failed[0]) {
				failed[0] = true;
				throw new IllegalStateException("once");
			}
			done.add(line);
		};
		try (StageSystem threads = StageSystem.create()) {
			StageRef stage = threads.start("lines", lines);
			threads.start("consumer", consumer, failing()).subscribeTo(stage, SubscribeOptions.defaults());
			stage.whenStopped().toCompletableFuture().orTimeout(50, TimeUnit.SECONDS).join();
		}
		assertThat(done).containsExactlyInAnyOrderElementsOf(expected);
		assertThat(positions.load("lines")).isEqualTo(new LinePosition(2000, Files.size(file)));
	}

	@Test
	void hasBounds() {
		assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withMaxUnsettled(0))
			.withMessage("maxUnsettled must be from 1 to 1000000, was 0");
		assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withMaxUnsettled(1_000_001));
		assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withReadAgainAfter(Duration.ZERO))
			.withMessage("readAgainAfter must be positive and at most PT8760H, was PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> Sources.checkpointed(this::read, this.store, " "))
			.withMessage("a source needs a name, by which its progress is saved");
	}

}
