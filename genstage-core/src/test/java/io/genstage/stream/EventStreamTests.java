package io.genstage.stream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.SubscriptionStatus;
import io.genstage.dispatch.Dispatchers;
import io.genstage.source.Sources;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Streams whose stages run on the reader's thread, so that all that can happen has
 * happened when it looks. {@link EventStreamThreadsTests} has threads.
 */
@Timeout(60)
class EventStreamTests {

	private static final SubscribeOptions PERMANENT = SubscribeOptions.defaults();

	private static final SubscribeOptions TRANSIENT = PERMANENT.withCancel(CancelMode.TRANSIENT);

	private static final SubscribeOptions TEMPORARY = PERMANENT.withCancel(CancelMode.TEMPORARY);

	private static final SubscribeOptions TEN_FIVE = PERMANENT.withMaxDemand(10).withMinDemand(5);

	private final List<String> heard = new ArrayList<>();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	@AfterEach
	void close() {
		this.system.close();
	}

	private StageRef counter() {
		return this.system.start("counter", counting());
	}

	private TestProducer counting() {
		long[] next = { 0 };
		return new TestProducer((demand) -> {
			long first = next[0];
			next[0] += demand;
			return LongStream.range(first, next[0]).boxed().toList();
		});
	}

	private StageRef silent(String name) {
		return this.system.start(name, new TestProducer((demand) -> List.of()));
	}

	private EventStream<Long> stream() {
		return EventStream.in(this.system);
	}

	private List<Long> take(int count, StageRef producer, SubscribeOptions options) {
		try (Stream<Long> events = stream().subscribeTo(producer, options).stream()) {
			return events.limit(count).toList();
		}
	}

	private List<String> heard() {
		List<String> heard = List.copyOf(this.heard);
		this.heard.clear();
		return heard;
	}

	private void assertNothingLeftButTheProducers() {
		assertThat(this.system.stages()).extracting(StageRef::name)
			.noneMatch((name) -> name.startsWith("event-stream-"));
		assertThat(this.system.stages()).flatExtracting((stage) -> stage.status().consumers()).isEmpty();
	}

	private StageStatus ownStage() {
		return this.system.stages()
			.stream()
			.filter((stage) -> stage.name().startsWith("event-stream-"))
			.findAny()
			.orElseThrow()
			.status();
	}

	private static List<Long> numbers(int end) {
		return LongStream.range(0, end).boxed().toList();
	}

	@Nested
	class Pulls {

		@Test
		@DisplayName("G102 G104 takes some elements and leaves nothing behind")
		void takesSomeAndLeaves() {
			assertThat(take(10, counter(), PERMANENT)).isEqualTo(numbers(10));
			assertNothingLeftButTheProducers();
		}

		@Test
		@DisplayName("G103 takes more elements than one demand")
		void takesMoreThanOneDemand() {
			assertThat(take(300, counter(), PERMANENT.withMaxDemand(100))).isEqualTo(numbers(300));
			assertNothingLeftButTheProducers();
		}

		@Test
		void asksAgainWhenTheReaderComesBackAfterABatch() {
			take(7, counter(), TEN_FIVE);
			assertThat(heard()).containsExactly("demand 10", "demand 5", "cancel, normal");
		}

		@Test
		void doesNotAskForAReaderThatTakesExactlyOneBatch() {
			take(5, counter(), TEN_FIVE);
			assertThat(heard()).containsExactly("demand 10", "cancel, normal");
		}

		@Test
		void cutsAMessageIntoBatches() {
			Iterator<Long> numbers = stream().subscribeTo(counter(), PERMANENT.withMaxDemand(4).withMinDemand(2))
				.iterator();
			List<String> demands = new ArrayList<>();
			for (long number = 0; number < 9; number++) {
				assertThat(numbers.next()).isEqualTo(number);
				demands.addAll(heard());
				demands.add(String.valueOf(number));
			}
			assertThat(demands).containsExactly("demand 4", "0", "1", "demand 2", "2", "3", "demand 2", "4", "5",
					"demand 2", "6", "7", "demand 2", "8");
		}

		@Test
		void doesNothingBeforeTheFirstElementIsWanted() {
			StageRef counter = counter();
			EventStream<Long> stream = stream().subscribeTo(counter, TEN_FIVE);
			Iterator<Long> numbers = stream.iterator();
			assertThat(EventStreamTests.this.system.stages()).containsExactly(counter);
			assertThat(numbers.hasNext()).isTrue();
			assertThat(heard()).containsExactly("demand 10");
			assertThat(ownStage().backlog()).isZero();
			stream.close();
		}

		@Test
		void showsWhatNobodyHasReadAsTheBacklogOfItsOwnStage() {
			StageRef one = counter();
			StageRef two = EventStreamTests.this.system.start("two", counting());
			EventStream<Long> stream = stream().subscribeTo(one, TEN_FIVE).subscribeTo(two, TEN_FIVE);
			stream.iterator().next();
			assertThat(ownStage().backlog()).isEqualTo(10);
			assertThat(ownStage().producers()).extracting(SubscriptionStatus::producer)
				.containsExactly("counter", "two");
			stream.close();
		}

		@Test
		void readsSeveralProducersEachWithItsOwnDemand() {
			TestProducer letters = new TestProducer((demand) -> LongStream.range(100, 100 + demand).boxed().toList());
			StageRef two = EventStreamTests.this.system.start("two", letters);
			try (Stream<Long> events = stream().subscribeTo(counter(), TEN_FIVE)
				.subscribeTo(two, PERMANENT.withMaxDemand(2))
				.stream()) {
				assertThat(events.limit(13)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 100L, 101L, 10L);
			}
			assertThat(heard()).containsExactly("demand 10", "demand 2", "demand 5", "demand 5", "demand 1", "demand 1",
					"cancel, normal", "cancel, normal");
			assertNothingLeftButTheProducers();
		}

		@Test
		void worksInALoopThatIsLeft() {
			List<Long> read = new ArrayList<>();
			try (EventStream<Long> stream = stream().subscribeTo("counter", TEN_FIVE)) {
				counter();
				for (long number : stream) {
					read.add(number);
					if (number == 2) {
						break;
					}
				}
			}
			assertThat(read).containsExactly(0L, 1L, 2L);
			assertNothingLeftButTheProducers();
		}

		@Test
		void isReadOnlyOnce() {
			EventStream<Long> stream = stream();
			stream.iterator();
			assertThatIllegalStateException().isThrownBy(stream::iterator)
				.withMessage("an event stream can be read only once: create another one");
			assertThatIllegalStateException().isThrownBy(stream::stream);
		}

		@Test
		void asksForOneAtATimeIfThatIsAllItMay() {
			assertThat(take(3, counter(), PERMANENT.withMaxDemand(1))).containsExactly(0L, 1L, 2L);
			assertThat(heard()).containsExactly("demand 1", "demand 1", "demand 1", "cancel, normal");
		}

	}

	@Nested
	class Ends {

		@Test
		void withoutProducers() {
			assertThat(stream().stream()).isEmpty();
			assertNothingLeftButTheProducers();
		}

		@Test
		@DisplayName("G113 leaves an endless sequence running")
		void leavesAnEndlessSequenceRunning() {
			StageRef source = EventStreamTests.this.system.start("source",
					Sources.stream(LongStream.iterate(0, (n) -> n + 1)));
			assertThat(take(10, source, TRANSIENT)).isEqualTo(numbers(10));
			assertThat(source.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("G114 ends when its source has")
		void endsWithItsSource() {
			StageRef source = EventStreamTests.this.system.start("source", Sources.iterable(numbers(25)));
			assertThat(take(100, source, TRANSIENT.withMaxDemand(10))).isEqualTo(numbers(25));
			assertNothingLeftButTheProducers();
		}

		@ParameterizedTest
		@EnumSource(names = { "TRANSIENT", "TEMPORARY" })
		void goesOnWithTheOtherProducers(CancelMode mode) {
			StageRef one = EventStreamTests.this.system.start("one", Sources.iterable(List.of(1L, 2L)));
			StageRef two = EventStreamTests.this.system.start("two", Sources.iterable(List.of(10L)));
			try (Stream<Long> events = stream().subscribeTo(one, PERMANENT.withCancel(mode))
				.subscribeTo(two, PERMANENT.withCancel(mode))
				.stream()) {
				assertThat(events).containsExactly(1L, 2L, 10L);
			}
		}

		@Test
		void failsForANormalEndThatIsNotToBeOutlived() {
			StageRef source = EventStreamTests.this.system.start("source", Sources.iterable(List.of(1L, 2L)));
			silent("other");
			Iterator<Long> events = stream().subscribeTo(source, PERMANENT).subscribeTo("other", PERMANENT).iterator();
			assertThat(events.next()).isEqualTo(1L);
			assertThat(events.next()).isEqualTo(2L);
			assertFails(events, ExitReason.NORMAL)
				.withMessage("the stream has ended because its producer 'source' has: normal");
			assertThat(heard()).containsExactly("demand 1000", "cancel, normal");
			assertNothingLeftButTheProducers();
			assertFails(events, ExitReason.NORMAL);
		}

		@Test
		void failsWithTheCauseOfAProducersFailure() {
			IllegalStateException cause = new IllegalStateException("oops");
			StageRef failing = EventStreamTests.this.system.start("failing", new TestProducer((demand) -> {
				throw cause;
			}));
			assertFails(stream().subscribeTo(failing, TRANSIENT).iterator(), ExitReason.failure(cause))
				.withCause(cause);
			assertThat(stream().subscribeTo(EventStreamTests.this.system.start("again", new TestProducer((demand) -> {
				throw cause;
			})), TEMPORARY).iterator()).isExhausted();
		}

		@Test
		void isNotEndedByARefusedSecondSubscription() {
			StageRef broadcast = EventStreamTests.this.system.start("broadcast", counting(),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			try (Stream<Long> events = stream().subscribeTo(broadcast, TEN_FIVE)
				.subscribeTo(broadcast, TEN_FIVE)
				.stream()) {
				assertThat(events.limit(20)).isEqualTo(numbers(20));
			}
		}

		@Test
		void hasNoElementBehindItsEnd() {
			Iterator<Long> events = stream().iterator();
			assertThat(events).isExhausted();
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
		}

		@Test
		void takesNoProducerAfterItsEnd() {
			EventStream<Long> stream = stream();
			assertThat(stream.iterator()).isExhausted();
			StageRef counter = counter();
			assertThatIllegalStateException().isThrownBy(() -> stream.subscribeTo(counter, PERMANENT))
				.withMessage("can't stream from stage 'counter': the stream has ended");
		}

	}

	@Nested
	class MissingProducers {

		@Test
		@DisplayName("G105 fails for an unknown name")
		void failsForAnUnknownName() {
			counter();
			Iterator<Long> events = stream().subscribeTo("counter", PERMANENT)
				.subscribeTo("nobody", TRANSIENT)
				.iterator();
			assertFails(events, ExitReason.NO_STAGE)
				.withMessage("the stream has ended because its producer 'nobody' has: no stage");
			assertNothingLeftButTheProducers();
		}

		@Test
		@DisplayName("G106 fails for a stage that has stopped")
		void failsForAStoppedStage() {
			StageRef counter = counter();
			counter.stop(ExitReason.SHUTDOWN);
			assertFails(stream().subscribeTo(counter, PERMANENT).iterator(), ExitReason.NO_STAGE);
			assertNothingLeftButTheProducers();
		}

		@Test
		@DisplayName("G109 skips an unknown name that it can do without")
		void skipsAnUnknownName() {
			assertThat(stream().subscribeTo("nobody", TEMPORARY).stream().limit(10)).isEmpty();
			assertThat(stream().subscribeTo("nobody", TEMPORARY).subscribeTo(counter(), TEN_FIVE).stream().limit(3))
				.containsExactly(0L, 1L, 2L);
		}

		@Test
		@DisplayName("G110 skips a stopped stage that it can do without")
		void skipsAStoppedStage() {
			StageRef counter = counter();
			counter.stop(ExitReason.SHUTDOWN);
			assertThat(take(10, counter, TEMPORARY)).isEmpty();
		}

		@Test
		@DisplayName("G107 fails if a producer refuses it and ends")
		void failsIfRefusedByOneThatEnds() {
			assertFails(stream().subscribeTo(refusing(true), PERMANENT).iterator(), ExitReason.of("no_thanks"));
			assertNothingLeftButTheProducers();
		}

		@Test
		@DisplayName("G108 fails if a producer refuses it and lives")
		void failsIfRefused() {
			StageRef refusing = refusing(false);
			assertFails(stream().subscribeTo(refusing, PERMANENT).iterator(), ExitReason.of("no_thanks"));
			assertThat(refusing.status().consumers()).isEmpty();
			assertThat(refusing.status().isRunning()).isTrue();
		}

		@Test
		@DisplayName("G111 is empty if a producer that it can do without refuses it and ends")
		void isEmptyIfRefusedByOneThatEnds() {
			assertThat(take(10, refusing(true), TEMPORARY)).isEmpty();
		}

		@Test
		@DisplayName("G112 is empty if a producer that it can do without refuses it and lives")
		void isEmptyIfRefused() {
			assertThat(take(10, refusing(false), TEMPORARY)).isEmpty();
		}

		private StageRef refusing(boolean ends) {
			return EventStreamTests.this.system.start("refusing", new ProducerStage<Long>() {

				private @Nullable StageContext context;

				@Override
				public void onStart(StageContext context) {
					this.context = context;
				}

				@Override
				public void onSubscribe(Peer peer, Subscription subscription) {
					subscription.cancel(ExitReason.of("no_thanks"));
				}

				@Override
				public List<Long> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public List<Long> onCancel(Subscription subscription, Cancellation cancellation) {
					if (ends) {
						this.context.stop(ExitReason.SHUTDOWN);
					}
					return List.of();
				}

			});
		}

	}

	@Nested
	class Options {

		@Test
		@DisplayName("G115 are checked when the producer is named")
		void areCheckedWhenTheProducerIsNamed() {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> stream().subscribeTo("nobody", PERMANENT.withManualDemand()))
				.withMessage("can't stream from stage 'nobody' with manual demand: a stream asks when it is read");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> stream().subscribeTo("nobody", PERMANENT.withMaxDemand(0)))
				.withMessage("maxDemand must be >= 1, was 0");
		}

		@Test
		void needAStageThatProduces() {
			StageRef sink = EventStreamTests.this.system.start("sink", (ConsumerStage<Long>) (events, from) -> {
			});
			assertThatIllegalArgumentException().isThrownBy(() -> stream().subscribeTo(sink, PERMANENT))
				.withMessage("can't stream from stage 'sink': it is a consumer");
			assertThatIllegalArgumentException().isThrownBy(() -> stream().subscribeTo("sink", PERMANENT));
		}

		@Test
		void failTheStreamIfAStageProducesNothingByThen() {
			Iterator<Long> events = stream().subscribeTo("sink", PERMANENT).iterator();
			EventStreamTests.this.system.start("sink", (ConsumerStage<Long>) (batch, from) -> {
			});
			for (int time = 0; time < 2; time++) {
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(events::hasNext)
					.withMessageContaining("can't stream from stage 'sink': it is a consumer");
			}
			assertNothingLeftButTheProducers();
		}

		@Test
		void releaseProducersThatHoldDemand() {
			StageRef holding = EventStreamTests.this.system.start("holding", counting(),
					StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			assertThat(take(3, holding, TEN_FIVE)).containsExactly(0L, 1L, 2L);
			assertThat(holding.status().demandMode()).isEqualTo(DemandMode.FORWARD);
		}

		@Test
		void releaseAllProducersOnlyWhenAllAreSubscribedTo() {
			StageRef first = silent("first");
			StageRef second = EventStreamTests.this.system.start("second", counting());
			EventStream<Long> stream = stream().subscribeTo(first, TEN_FIVE)
				.subscribeTo(second, TEN_FIVE)
				.demand(DemandMode.ACCUMULATE, first);
			stream.iterator().next();
			assertThat(first.status().demandMode()).isEqualTo(DemandMode.ACCUMULATE);
			assertThat(second.status().demandMode()).isEqualTo(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("demand 10", "demand 10");
			stream.close();
		}

		@Test
		void releaseOtherStagesInsteadOfTheProducers() {
			StageRef holding = EventStreamTests.this.system.start("holding", counting(),
					StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			StageRef negating = EventStreamTests.this.system.start("negating",
					(ProducerConsumerStage<Long, Long>) (events, from) -> events.stream().map((n) -> -n).toList());
			negating.subscribeTo(holding, TEN_FIVE);
			try (Stream<Long> events = stream().subscribeTo(negating, TEN_FIVE)
				.demand(DemandMode.FORWARD, holding)
				.stream()) {
				assertThat(events.limit(3)).containsExactly(0L, -1L, -2L);
			}
		}

	}

	@Nested
	class Closes {

		@Test
		void discardsWhatIsNotInTheReadersHand() {
			EventStream<Long> stream = stream().subscribeTo(counter(), TEN_FIVE);
			Iterator<Long> events = stream.iterator();
			events.next();
			stream.close();
			assertNothingLeftButTheProducers();
			IntStream.range(1, 10).forEach((number) -> assertThat(events.next()).isEqualTo(number));
			assertThatIllegalStateException().isThrownBy(events::next).withMessage("the event stream is closed");
			assertThat(heard()).containsExactly("demand 10", "cancel, normal");
		}

		@Test
		void startsNothingAnyMore() {
			EventStream<Long> stream = stream().subscribeTo(counter(), TEN_FIVE);
			stream.close();
			assertThatIllegalStateException().isThrownBy(stream.iterator()::hasNext)
				.withMessage("the event stream is closed");
			assertThat(heard()).isEmpty();
		}

		@Test
		void changesNothingAfterTheEnd() {
			EventStream<Long> stream = stream();
			Iterator<Long> events = stream.iterator();
			assertThat(events).isExhausted();
			stream.close();
			stream.close();
			assertThat(events).isExhausted();
		}

		@Test
		void endsAsItsProducersWouldWhenItsStageIsDrained() {
			Iterator<Long> events = stream().subscribeTo(counter(), TEN_FIVE).iterator();
			events.next();
			EventStreamTests.this.system.find(ownStage().name()).orElseThrow().drain();
			assertThat(events).toIterable().containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
			assertNothingLeftButTheProducers();
		}

		@Test
		void failsWhenItsStageIsStopped() {
			Iterator<Long> events = stream().subscribeTo(counter(), TEN_FIVE).iterator();
			events.next();
			EventStreamTests.this.system.find(ownStage().name()).orElseThrow().stop(ExitReason.SHUTDOWN);
			IntStream.range(1, 10).forEach((number) -> assertThat(events.next()).isEqualTo(number));
			assertFails(events, ExitReason.SHUTDOWN)
				.withMessage("the stream has ended because its own stage was stopped: shutdown");
			assertThat(heard()).containsExactly("demand 10", "down, shutdown");
		}

		@Test
		void cannotStartInAClosedSystem() {
			EventStreamTests.this.system.close();
			Iterator<Long> events = stream().iterator();
			for (int time = 0; time < 2; time++) {
				assertThatIllegalStateException().isThrownBy(events::hasNext)
					.withMessageContaining("the stage system is closed");
			}
		}

	}

	private static ThrowableAssertAlternative<EventStreamException> assertFails(Iterator<?> events, ExitReason reason) {
		return assertThatExceptionOfType(EventStreamException.class).isThrownBy(events::hasNext)
			.satisfies((failure) -> assertThat(failure.reason()).isEqualTo(reason));
	}

	/**
	 * A producer that notes its demands and the ends of its subscriptions.
	 */
	private final class TestProducer implements ProducerStage<Long> {

		private final LongFunction<List<Long>> answer;

		TestProducer(LongFunction<List<Long>> answer) {
			this.answer = answer;
		}

		@Override
		public List<Long> handleDemand(long demand) {
			EventStreamTests.this.heard.add("demand " + demand);
			return this.answer.apply(demand);
		}

		@Override
		public List<Long> onCancel(Subscription subscription, Cancellation cancellation) {
			EventStreamTests.this.heard.add(cancellation.toString());
			return List.of();
		}

	}

}
