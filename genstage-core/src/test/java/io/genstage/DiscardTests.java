package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.Subscriber;
import io.genstage.dispatch.Unserved;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Each place where a stage can lose events names them to the listener, with the reason,
 * with what was thrown, and with the subscription where they belong to one. An event
 * belongs to the partition of its first letter.
 */
class DiscardTests {

	private static final PartitionOptions<String> LETTERS = PartitionOptions.ofNames(List.of("a", "b"),
			(event) -> event.substring(0, 1));

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final List<Discard> lost = new ArrayList<>();

	private final Probe c = this.dialogue.probe("c");

	private final Probe d = this.dialogue.probe("d");

	@BeforeEach
	void listen() {
		this.dialogue.listen(new StageListener() {

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				DiscardTests.this.lost.add(discard);
			}

		});
	}

	/** Checks what is lost, in all, and that it is counted. */
	private void assertLost(StageRef stage, Discard... expected) {
		assertThat(this.lost).containsExactly(expected);
		assertThat(stage.status().discarded()).isEqualTo(this.lost.stream().mapToLong(Discard::count).sum());
	}

	private static Discard discard(String reason, @Nullable Throwable cause, @Nullable Subscription subscription,
			String... events) {
		return new Discard(List.of(events), events.length, reason, cause, subscription);
	}

	private static Discard unknown(int count, String reason, @Nullable Throwable cause) {
		return new Discard(List.of(), count, reason, cause, null);
	}

	@Nested
	class ItsValue {

		@Test
		void canNotBeChanged() {
			List<String> events = new ArrayList<>(List.of("a"));
			Discard discard = new Discard(events, 1, "for the test", null, null);
			events.add("b");
			assertThat(discard.events()).isEqualTo(List.of("a"));
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> discard.events().remove(0));
		}

		@Test
		void isPutIntoWordsWithoutTheEvents() {
			assertThat(discard("for the test", null, null, "secret")).hasToString("1 events: for the test");
		}

		@ParameterizedTest
		@ValueSource(ints = { -1, 0, 2 })
		void countsItsEvents(int count) {
			assertThatIllegalArgumentException().isThrownBy(() -> new Discard(List.of("a"), count, "test", null, null))
				.withMessage("count must be that of the 1 events, or at least 1 without any, was %d", count);
		}

		@Test
		void isNotEmpty() {
			assertThatIllegalArgumentException().isThrownBy(() -> new Discard(List.of(), 0, "test", null, null));
		}

	}

	@Nested
	class OfAProducer {

		private final TestProducer quiet = new TestProducer(dialogue);

		private final Throwable failure = new IllegalStateException("broken");

		private StageRef start(StageOptions options) {
			return dialogue.start("p", this.quiet, options);
		}

		private OpenSubscription subscribe(Probe consumer, StageRef p, SubscribeOptions options, long demand) {
			OpenSubscription link = consumer.linkTo(p, options);
			link.tellProducer(new Message.Subscribe(link));
			Probe.ask(link, demand);
			return link;
		}

		@Test
		void thatEmitsMoreThanItsBufferHolds() {
			StageRef p = start(StageOptions.defaults().withBufferSize(2).withBufferKeep(BufferKeep.FIRST));
			p.tell(List.of("a", "b", "c", "d"));
			assertLost(p, discard("they were emitted without demand", null, null, "c", "d"));
		}

		@Test
		void thatMakesRoomInItsBufferForTheNewest() {
			StageRef p = start(StageOptions.defaults().withBufferSize(2));
			p.tell(List.of("a", "b"));
			p.tell(List.of("c"));
			assertLost(p, discard("they were emitted without demand", null, null, "a"));
		}

		@Test
		void whosePartitionHasNoRoom() {
			StageRef p = start(StageOptions.defaults().withDispatcher(Dispatchers.partition(LETTERS.withQueueSize(1))));
			subscribe(c, p, SubscribeOptions.defaults().withPartition("a"), 3);
			p.tell(List.of("b1", "b2", "a1"));
			assertLost(p, discard("they were emitted without demand", null, null, "b1"));
		}

		@Test
		void whoseUnservedPartitionIsToLoseTheOldest() {
			StageRef p = start(StageOptions.defaults()
				.withDispatcher(Dispatchers.partition(LETTERS))
				.withBufferSize(1)
				.withUnserved(Unserved.DISCARD));
			subscribe(c, p, SubscribeOptions.defaults().withPartition("a"), 3);
			p.tell(List.of("b1", "b2", "b3"));
			assertLost(p, discard("they belong to partitions that nobody serves", null, null, "b1", "b2"));
		}

		@Test
		void whosePartitionNobodyIsGoingToServe() {
			StageRef p = start(StageOptions.defaults().withDispatcher(Dispatchers.partition(LETTERS)));
			subscribe(c, p, SubscribeOptions.defaults().withPartition("a"), 3);
			p.tell(List.of("b1", "b2"));
			p.abandon(List.of("b"));
			assertLost(p, discard("they belong to partitions that nobody is going to serve", null, null, "b1", "b2"));
		}

		@Test
		void whoseRouterFails() {
			RuntimeException[] thrown = { new IllegalStateException("1"), new IllegalStateException("2") };
			StageRef p = start(
					StageOptions.defaults().withDispatcher(Dispatchers.partition(LETTERS.withRouter((event) -> {
						throw thrown[event.equals("a1") ? 0 : 1];
					}))));
			subscribe(c, p, SubscribeOptions.defaults().withPartition("a"), 3);
			p.tell(List.of("a1", "a2", "a3"));
			String reason = "the router failed for an event of java.lang.String";
			assertLost(p, discard(reason, thrown[0], null, "a1"), discard(reason, thrown[1], null, "a2", "a3"));
			assertThat(log.read()).singleElement().asString().startsWith("WARNING stage 'p' has discarded 3 events: ");
		}

		@Test
		void whoseSelectorFailsForOneConsumer() {
			RuntimeException thrown = new IllegalStateException("no");
			StageRef p = start(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			subscribe(c, p, SubscribeOptions.defaults(), 3);
			OpenSubscription failing = subscribe(d, p, SubscribeOptions.defaults().withSelector((Object event) -> {
				throw thrown;
			}), 3);
			p.tell(List.of("a"));
			assertLost(p, discard("the selector of %s failed for an event of java.lang.String".formatted(failing),
					thrown, failing, "a"));
		}

		@Test
		void whoseConsumerIsPassed() {
			Place place = new Place("away", SubscribeOptions.defaults());
			StageRef p = start(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			subscribe(c, p, SubscribeOptions.defaults(), 3);
			p.whileEmpty(place, Place.Empty.PASSED);
			p.tell(List.of("a", "b"));
			assertThat(lost)
				.containsExactly(discard("they have passed the place of stage 'away'", null, null, "a", "b"));
			assertThat(place.missed()).isEqualTo(2);
		}

		@Test
		void thatStopsWithABuffer() {
			StageRef p = start(StageOptions.defaults());
			p.tell(List.of("a", "b"));
			p.stop(ExitReason.SHUTDOWN);
			assertLost(p, discard("emitted and not handed on when it stopped (shutdown)", null, null, "a", "b"));
		}

		@Test
		void thatFailsWithABufferAndFullPartitions() {
			StageRef p = start(StageOptions.defaults().withDispatcher(Dispatchers.partition(LETTERS)));
			subscribe(c, p, SubscribeOptions.defaults().withPartition("a"), 2);
			p.tell(List.of("b1", "b2", "a1", "b3"));
			this.quiet.context.fail(this.failure);
			p.tell(List.of());
			assertLost(p,
					discard("emitted and not handed on when it stopped (failure (java.lang.IllegalStateException))",
							this.failure, null, "b1", "b2", "a1", "b3"));
		}

		@Test
		void thatStopsWhileDemandIsCollected() {
			StageRef p = start(StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			p.tell(List.of("a"));
			p.tell(List.of("b", "c"));
			p.stop(ExitReason.SHUTDOWN);
			assertLost(p, discard("emitted while demand was collected, and not handed on when it stopped (shutdown)",
					null, null, "a", "b", "c"));
		}

		@Test
		void thatReturnsANullBetweenEvents() {
			List<String> holed = new ArrayList<>(List.of("a", "b", "c"));
			holed.add(1, null);
			StageRef p = start(StageOptions.defaults());
			subscribe(c, p, SubscribeOptions.defaults(), 5);
			p.tell(holed);
			assertLost(p, discard("a callback returned them behind a null", null, null, "b", "c"));
		}

		@Test
		void whoseDispatcherFailsOnTheWay() {
			StageRef p = start(StageOptions.defaults().withDispatcher((outlet) -> new Faulty(outlet, this.failure)));
			subscribe(c, p, SubscribeOptions.defaults(), 5);
			p.tell(List.of("sent", "full", "bad", "held", "fails", "behind"));
			assertLost(p, discard("its dispatcher has failed on them", this.failure, null, "held", "fails", "behind"),
					discard("it was bad", null, null, "bad"),
					discard("they were emitted without demand", null, null, "full"));
		}

		@Test
		void whoseDispatcherFailsOnWhatIsBuffered() {
			StageRef p = start(StageOptions.defaults().withDispatcher((outlet) -> new Faulty(outlet, this.failure)));
			p.tell(List.of("sent", "fails"));
			p.tell(List.of("behind"));
			subscribe(c, p, SubscribeOptions.defaults(), 5);
			assertLost(p, discard("its dispatcher has failed on them", this.failure, null, "fails", "behind"));
		}

		@Test
		void whoseDispatcherDoesNotGiveBackWhatItHolds() {
			StageRef p = start(StageOptions.defaults().withDispatcher((outlet) -> new Faulty(outlet, this.failure) {

				@Override
				public List<Object> takeHeld() {
					throw new IllegalStateException("not with me");
				}

			}));
			subscribe(c, p, SubscribeOptions.defaults(), 5);
			p.tell(List.of("held", "held"));
			assertThat(p.status().buffered()).isEqualTo(2);
			p.stop(ExitReason.SHUTDOWN);
			assertLost(p, unknown(2, "emitted and not handed on when it stopped (shutdown)", null));
			assertThat(log.read()).contains("WARNING stage 'p': its dispatcher doesn't give back what it holds");
		}

		@Test
		void thatGivesUpWhatItHasMade() {
			StageRef p = start(StageOptions.defaults());
			this.quiet.context.discard(List.of("a", "b"), "nobody wants them", this.failure);
			assertLost(p, discard("nobody wants them", this.failure, null, "a", "b"));
			this.quiet.context.discard(List.of(), "nobody wants them", this.failure);
			assertThat(lost).hasSize(1);
		}

	}

	@Nested
	class OfAConsumer {

		private final Probe p = dialogue.probe("p");

		private final IllegalStateException failure = new IllegalStateException("broken");

		private StageRef stage;

		private OpenSubscription link;

		private void start(StageOptions options, ConsumerStage<String> consumer) {
			this.stage = dialogue.start("s", consumer, options);
			subscribe();
		}

		private void subscribe() {
			Dialogue.subscribe(this.stage, this.p.ref(), 4, 2, CancelMode.TEMPORARY);
			this.link = this.p.link();
		}

		private void start(BiConsumer<StageContext, List<String>> handler) {
			start(StageOptions.defaults(), new Handler(handler));
		}

		private void failOn(List<String> events, String bad) {
			if (events.contains(bad)) {
				throw this.failure;
			}
		}

		private Discard whenItStopped(String... events) {
			return discard("received and not handled when it stopped (failure (java.lang.IllegalStateException))",
					this.failure, this.link, events);
		}

		private Discard whenItWasStopped(String... events) {
			return discard("received and not handled when it stopped (shutdown)", null, this.link, events);
		}

		@Test
		void whoseHandlerFails() {
			start((context, events) -> failOn(events, "d"));
			this.p.send("a", "b", "c", "d", "e");
			assertLost(this.stage, whenItStopped("c", "d", "e"));
		}

		@Test
		void whoseHandlerHasHandledSomeBeforeItFails() {
			start((context, events) -> {
				context.handled(this.link, events.subList(0, 1));
				failOn(events, "d");
			});
			this.p.send("a", "b", "c", "d", "e");
			assertLost(this.stage, whenItStopped("d", "e"));
		}

		@Test
		void whoseHandlerGivesUpOneAndFailsAtAnother() {
			start((context, events) -> {
				context.discard(this.link, List.of(events.get(0)), "not this one", null);
				context.handled(this.link, events.subList(1, 2));
				context.fail(this.failure);
			});
			this.p.send("a", "b", "c", "d");
			assertLost(this.stage, discard("not this one", null, this.link, "a"), whenItStopped("c", "d"));
			assertThat(this.stage.status().in()).isOne();
		}

		@Test
		void whoseHandlerGivesUpOneAfterItHasFailed() {
			start(StageOptions.defaults(), new Handler((context, events) -> failOn(events, "a")) {

				@Override
				public void onStop(ExitReason reason) {
					this.context.discard(OfAConsumer.this.link, List.of("b"), "not this one", null);
				}

			});
			this.p.send("a", "b", "c");
			assertLost(this.stage, discard("not this one", null, this.link, "b"), whenItStopped("a", "c"));
		}

		@Test
		void thatFailsWithBatches() {
			start(StageOptions.defaults().withBatching(Batching.of(new BatchOptions(2, Duration.ofSeconds(1), 10))),
					new Handler((context, events) -> failOn(events, "c")));
			this.p.send("a", "b", "c", "d");
			this.p.send("e");
			assertThat(this.stage.status().in()).isEqualTo(2);
			assertThat(lost.get(0)).isEqualTo(whenItStopped("c", "d"));
		}

		@Test
		void thatFailsWithOpenBatches() {
			start(StageOptions.defaults().withBatching(Batching.of(new BatchOptions(3, Duration.ofSeconds(1), 10))),
					new Handler((context, events) -> {
					}));
			this.p.send("a", "b");
			this.stage.stop(ExitReason.failure(this.failure));
			assertLost(this.stage, whenItStopped("a", "b"));
		}

		@Test
		void whoseHandlerGivesUpOneOfABatch() {
			start(StageOptions.defaults().withBatching(Batching.of(new BatchOptions(3, Duration.ofSeconds(1), 10))),
					new Handler((context, events) -> context.discard(this.link, List.of(events.get(1)), "not this one",
							null)));
			this.p.send("a", "b", "c");
			assertLost(this.stage, discard("not this one", null, this.link, "b"));
			assertThat(this.link.status().handled()).isEqualTo(2);
			assertThat(this.link.status().inFlight()).isZero();
		}

		@Test
		void whoseKeyFails() {
			start(StageOptions.defaults()
				.withBatching(Batching.byKey((String event) -> event.equals("b") ? null : event,
						new BatchOptions(3, Duration.ofSeconds(1), 10))),
					new Handler((context, events) -> {
					}));
			this.p.send("a", "b");
			assertLost(this.stage, discard("the key of an event of java.lang.String is null", null, this.link, "b"));
		}

		@Test
		void thatIsStoppedWithEventsThatCameTooEarly() {
			RateAccount two = new RateAccount(RateLimit.of(2, Duration.ofSeconds(1)));
			start(StageOptions.defaults().withRate(two), new Handler((context, events) -> {
			}));
			this.p.send("a", "b", "c", "d");
			this.stage.stop(ExitReason.SHUTDOWN);
			assertLost(this.stage, whenItWasStopped("c", "d"));
		}

		@Test
		void thatGetsEventsAfterItHasStopped() {
			start((context, events) -> {
			});
			this.stage.stop(ExitReason.SHUTDOWN);
			this.p.send("a", "b");
			assertLost(this.stage,
					discard("they came by %s after it had stopped".formatted(this.link), null, this.link, "a", "b"));
		}

		@Test
		void thatDoesNotKnowTheSubscription() {
			start((context, events) -> {
			});
			this.p.stop(ExitReason.NORMAL);
			this.p.send("a");
			assertLost(this.stage, discard("it doesn't know " + this.link, null, this.link, "a"));
		}

		@Test
		void thatWasSentEventsAsAProducer() {
			this.stage = dialogue.start("s", new TestProducer(dialogue));
			OpenSubscription wrong = new OpenSubscription(1, this.p.ref(), this.stage, SubscribeOptions.defaults());
			Probe.sendBy(wrong, List.of("a"));
			assertLost(this.stage, discard("it has no use for them", null, wrong, "a"));
		}

		@Test
		void thatKeepsEventsAndStopsWithoutAWord() {
			start(StageOptions.defaults(), new Handler((context, events) -> {
			}) {

				@Override
				public boolean reportsHandled() {
					return true;
				}

			});
			this.p.send("a", "b", "c");
			this.stage.stop(ExitReason.SHUTDOWN);
			assertLost(this.stage,
					new Discard(List.of(), 3, "received and not handled when it stopped (shutdown)", null, this.link));
		}

		@Test
		void whoseTasksFailOrDoNotEnd() {
			TaskBench bench = new TaskBench(dialogue);
			bench.failing.add("a");
			start(StageOptions.defaults().withTasks(bench.tasks(TaskOptions.defaults())), bench);
			this.p.send("a", "b", "c");
			bench.endNext();
			assertThat(lost.get(0).cause()).isInstanceOf(IllegalStateException.class);
			assertThat(lost.get(0).events()).isEqualTo(List.of("a"));
			this.stage.stop(ExitReason.SHUTDOWN);
			assertThat(lost).hasSize(2);
			assertThat(lost.get(1))
				.isEqualTo(discard("their tasks had not ended when it stopped", null, this.link, "b", "c"));
		}

		@Test
		void thatIsAProducerConsumerWithAQueue() {
			ProducerConsumerStage<String, String> same = (events, from) -> events;
			this.stage = dialogue.start("s", same);
			subscribe();
			c.subscribeAndAsk(this.stage, 1);
			this.p.send("a", "b");
			this.p.send("c", "d");
			this.stage.stop(ExitReason.SHUTDOWN);
			assertLost(this.stage, whenItWasStopped("c", "d"),
					discard("emitted and not handed on when it stopped (shutdown)", null, null, "b"));
		}

	}

	/**
	 * Does with events what a test wants.
	 */
	private static class Handler implements ConsumerStage<String> {

		private final BiConsumer<StageContext, List<String>> handler;

		protected StageContext context;

		Handler(BiConsumer<StageContext, List<String>> handler) {
			this.handler = handler;
		}

		@Override
		public void onStart(StageContext started) {
			this.context = started;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			this.handler.accept(this.context, events);
		}

	}

	/**
	 * Sends to its only subscriber, and does something else with an event that says so.
	 */
	private static class Faulty implements Dispatcher<Object> {

		private final Outlet<Object> outlet;

		private final Throwable failure;

		private final List<Object> held = new ArrayList<>();

		private @Nullable Subscriber subscriber;

		private long demand;

		Faulty(Outlet<Object> outlet, Throwable failure) {
			this.outlet = outlet;
			this.failure = failure;
		}

		@Override
		public long subscribe(Subscriber subscriber) {
			this.subscriber = subscriber;
			return 0;
		}

		@Override
		public long ask(Subscriber subscriber, long demand) {
			this.demand += demand;
			return demand;
		}

		@Override
		public long cancel(Subscriber subscriber) {
			return 0;
		}

		@Override
		public List<Object> dispatch(List<Object> events) {
			if (this.subscriber == null) {
				return events;
			}
			for (Object event : events) {
				switch ((String) event) {
					case "full" -> this.outlet.discard(List.of(event));
					case "bad" -> this.outlet.discard(List.of(event), "it was bad", null);
					case "held" -> this.held.add(event);
					case "fails" -> throw (RuntimeException) this.failure;
					default -> this.outlet.send(this.subscriber, List.of(event));
				}
			}
			return List.of();
		}

		@Override
		public long openDemand() {
			return this.demand;
		}

		@Override
		public long held() {
			return this.held.size();
		}

		@Override
		public List<Object> takeHeld() {
			return List.copyOf(this.held);
		}

	}

}
