package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.Subscriber;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that carry their settlement through stages.
 */
class DeliveriesTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	/** What the source hears. */
	private final List<Object> accepted = new ArrayList<>();

	private final List<Object> failed = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		this.accepted.addAll(events(accepted));
		this.failed.addAll(events(failed));
	};

	private final List<Object> handled = new ArrayList<>();

	private @Nullable StageRef producer;

	private static List<Object> events(List<Settlement> settlements) {
		return settlements.stream().map(Settlement::event).toList();
	}

	private StageRef source(StageOptions options) {
		StageRef started = this.dialogue.start("source", new ManualSource(), options);
		this.producer = started;
		return started;
	}

	private Delivery<Object> delivery(Object event) {
		return Delivery.of(event, this.acknowledger, "g");
	}

	private void emit(Object... events) {
		Objects.requireNonNull(this.producer)
			.tell(Stream.of(events).map((event) -> event.equals("plain") ? event : delivery(event)).toList());
	}

	private static StageOptions policy(Then then, int retries, @Nullable DeadLetterStore store) {
		FailurePolicy policy = FailurePolicy.defaults()
			.withRetries(Retries.fixed(retries, Duration.ofSeconds(1)))
			.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));
		return StageOptions.defaults()
			.withFailure((store != null) ? policy.withDeadLetters(store) : policy.withThen(then));
	}

	private StageRef subscribed(String name, Stage stage, StageOptions options, StageRef producer) {
		StageRef consumer = this.dialogue.start(name, stage, options);
		Dialogue.subscribe(consumer, producer, 10, 5);
		return consumer;
	}

	private void handle(Object event) {
		if (event.toString().startsWith("bad")) {
			throw new IllegalStateException("no " + event);
		}
		this.handled.add(event);
	}

	private ConsumerStage<Object> lists() {
		return (events, from) -> events.forEach(this::handle);
	}

	private PerEventConsumerStage<Object> each() {
		return (event, from) -> handle(event);
	}

	@ParameterizedTest
	@MethodSource("forms")
	void anEventIsAcceptedWhenItIsHandled(String form) {
		StageRef source = source(StageOptions.defaults());
		StageOptions options = StageOptions.defaults();
		if (form.equals("batches")) {
			options = options.withBatching(Batching.byKey(Object::getClass, BatchOptions.defaults().withSize(3)));
		}
		AsyncConsumerStage<Object> async = (event, from) -> {
			handle(event);
			return CompletableFuture.completedStage(null);
		};
		ConsumerStage<Object> stage = form.equals("each") ? each() : form.equals("in flight") ? async : lists();
		subscribed("s", stage, form.equals("in flight") ? options.withInFlight(InFlight.of(3)) : options, source);
		emit("a", "plain", "b");
		assertThat(this.handled).containsExactly("a", "plain", "b");
		assertThat(this.accepted).containsExactly("a", "b");
		assertThat(this.failed).isEmpty();
	}

	static Stream<String> forms() {
		return Stream.of("lists", "each", "batches", "in flight");
	}

	@Test
	void anEventWaitsForAllThatWasMadeOfIt() {
		List<CompletableFuture<Void>> open = new ArrayList<>();
		PerEventProducerConsumerStage<Object, Object> twice = (event, from, results) -> {
			results.accept(event + "1");
			results.accept(event + "2");
		};
		AsyncConsumerStage<Object> last = (event, from) -> {
			this.handled.add(event);
			open.add(new CompletableFuture<>());
			return open.get(open.size() - 1);
		};
		StageRef middle = subscribed("middle", twice, StageOptions.defaults(), source(StageOptions.defaults()));
		subscribed("last", last, StageOptions.defaults().withInFlight(InFlight.of(4)), middle);
		emit("a", "b");
		assertThat(this.handled).containsExactly("a1", "a2", "b1", "b2");
		open.get(0).complete(null);
		assertThat(this.accepted).isEmpty();
		open.get(1).complete(null);
		assertThat(this.accepted).containsExactly("a");
		open.get(3).complete(null);
		open.get(2).complete(null);
		assertThat(this.accepted).containsExactly("a", "b");
	}

	@Test
	void whatAListLeadsToBelongsToAllOfItsEvents() {
		List<CompletableFuture<Void>> open = new ArrayList<>();
		ProducerConsumerStage<Object, Object> sum = (events, from) -> List.of(events.toString());
		AsyncConsumerStage<Object> last = (event, from) -> {
			open.add(new CompletableFuture<>());
			return open.get(open.size() - 1);
		};
		StageRef middle = subscribed("middle", sum, StageOptions.defaults(), source(StageOptions.defaults()));
		subscribed("last", last, StageOptions.defaults(), middle);
		emit("a", "b", "c");
		assertThat(this.accepted).isEmpty();
		open.get(0).complete(null);
		assertThat(this.accepted).containsExactly("a", "b", "c");
	}

	@Test
	void anEventWithoutResultsIsAccepted() {
		ProducerConsumerStage<Object, Object> none = (events, from) -> List.of();
		StageRef middle = subscribed("middle", none, StageOptions.defaults(), source(StageOptions.defaults()));
		subscribed("last", lists(), StageOptions.defaults(), middle);
		emit("a");
		assertThat(this.accepted).containsExactly("a");
	}

	@Nested
	class Failures {

		@Test
		void areReportedWhenNoAttemptIsLeft() {
			subscribed("s", each(), policy(Then.FAIL, 1, null), source(StageOptions.defaults()));
			emit("a", "bad", "b");
			assertThat(accepted).containsExactly("a", "b");
			assertThat(failed).isEmpty();
			dialogue.runTimer();
			assertThat(failed).containsExactly("bad");
		}

		@Test
		void areDoneForTheSourceIfSkipped() {
			subscribed("s", each(), policy(Then.SKIP, 0, null), source(StageOptions.defaults()));
			emit("bad");
			assertThat(accepted).containsExactly("bad");
		}

		@Test
		void areNotSettledOnTheWordOfAMemory() {
			MemoryDeadLetterStore store = new MemoryDeadLetterStore();
			StageRef s = subscribed("s", each(), policy(Then.FAIL, 0, store), source(StageOptions.defaults()));
			emit("bad");
			assertThat(failed).containsExactly("bad");
			assertThat(store.counts().total()).isZero();
			assertThat(s.status().discarded()).isOne();
		}

		@Test
		void areDoneForTheSourceOnceTheirLetterIsStored() {
			CompletableFuture<DeadLetter> written = new CompletableFuture<>();
			List<Object> stored = new ArrayList<>();
			DeadLetterStore store = durable((letter, event) -> {
				stored.add(event);
				return written;
			});
			StageRef s = subscribed("s", each(), policy(Then.FAIL, 0, store), source(StageOptions.defaults()));
			emit("bad");
			assertThat(stored).containsExactly("bad");
			assertThat(accepted).isEmpty();
			assertThat(s.status().held()).isOne();
			assertThat(s.hasWork()).isTrue();
			written.complete(null);
			assertThat(accepted).containsExactly("bad");
			assertThat(s.status().counts().deadLettered()).isOne();
		}

		@Test
		void ofMembersAreThoseOfTheMembers() {
			ConsumerStage<Object> stage = (events, from) -> {
				throw BatchFailure.of("b", new IllegalStateException()).othersAccepted();
			};
			subscribed("s", stage, policy(Then.FAIL, 0, null), source(StageOptions.defaults()));
			emit("a", "b", "c");
			assertThat(accepted).containsExactly("a", "c");
			assertThat(failed).containsExactly("b");
		}

		@Test
		void ofEqualEventsAreThoseOfTheirPlaces() {
			List<Object> calls = new ArrayList<>();
			PerEventConsumerStage<Object> stage = (event, from) -> {
				calls.add(event);
				if (calls.size() == 2) {
					throw new IllegalStateException();
				}
			};
			subscribed("s", stage, policy(Then.FAIL, 0, null), source(StageOptions.defaults()));
			emit("a", "a", "a");
			assertThat(accepted).containsExactly("a", "a");
			assertThat(failed).containsExactly("a");
		}

		@Test
		void takeTheEventsAlongThatAStageHolds() {
			subscribed("s", each(), StageOptions.defaults(), source(StageOptions.defaults()));
			emit("a", "bad", "b");
			assertThat(accepted).containsExactly("a");
			assertThat(failed).containsExactly("bad", "b");
		}

	}

	@Test
	void whatAStageDiscardsHasFailed() {
		ConsumerStage<Object> stage = new ConsumerStage<>() {

			private @Nullable StageContext context;

			@Override
			public void onStart(StageContext context) {
				this.context = context;
			}

			@Override
			public void handleEvents(List<Object> events, Subscription from) {
				Objects.requireNonNull(this.context).discard(from, List.of(events.get(1)), "no use for it", null);
			}

		};
		subscribed("s", stage, StageOptions.defaults(), source(StageOptions.defaults()));
		emit("a", "b", "c");
		assertThat(this.accepted).containsExactly("a", "c");
		assertThat(this.failed).containsExactly("b");
	}

	@Test
	void whatFindsNoRoomHasFailed() {
		source(StageOptions.defaults().withBufferSize(1));
		emit("a", "b", "c");
		assertThat(this.failed).containsExactly("a", "b");
	}

	@Test
	void whatIsEmittedInTheNameOfAStageThatHasStoppedHasFailed() {
		StageRef source = source(StageOptions.defaults());
		source.stop(ExitReason.NORMAL);
		source.emit(List.of(delivery("a"), "plain", delivery("b")));
		assertThat(this.failed).containsExactly("a", "b");
		assertThat(source.status().discarded()).isEqualTo(3);
	}

	@Test
	void whatStandsBehindANullHasFailed() {
		StageRef source = source(StageOptions.defaults());
		subscribed("s", each(), StageOptions.defaults(), source);
		source.tell(java.util.Arrays.asList(delivery("a"), null, delivery("b")));
		assertThat(this.accepted).containsExactly("a");
		assertThat(this.failed).containsExactly("b");
	}

	@Test
	void aBroadcastEventIsSettledWithTheWorstOutcomeOfItsConsumers() {
		StageRef source = source(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		List<CompletableFuture<Void>> open = new ArrayList<>();
		AsyncConsumerStage<Object> slow = (event, from) -> {
			open.add(new CompletableFuture<>());
			return open.get(open.size() - 1);
		};
		subscribed("one", each(), policy(Then.FAIL, 0, null), source);
		subscribed("two", slow, StageOptions.defaults(), source);
		emit("a");
		assertThat(this.accepted).isEmpty();
		open.get(0).complete(null);
		assertThat(this.accepted).containsExactly("a");
		emit("bad");
		assertThat(this.failed).isEmpty();
		open.get(1).complete(null);
		assertThat(this.failed).containsExactly("bad");
	}

	@Test
	void anEventThatNoConsumerSelectsIsAccepted() {
		StageRef source = source(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		StageRef consumer = this.dialogue.start("s", each());
		consumer.subscribeTo(source, SubscribeOptions.defaults()
			.withMaxDemand(10)
			.withAttribute(Subscriber.SELECTOR, (java.util.function.Predicate<Object>) (event) -> event.equals("a")));
		emit("a", "b");
		assertThat(this.handled).containsExactly("a");
		assertThat(this.accepted).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void anEventFailsIfTheSelectorOfAConsumerFails() {
		StageRef source = source(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		StageRef consumer = this.dialogue.start("s", each());
		consumer.subscribeTo(source,
				SubscribeOptions.defaults()
					.withMaxDemand(10)
					.withAttribute(Subscriber.SELECTOR, (java.util.function.Predicate<Object>) (event) -> {
						throw new IllegalStateException("no idea");
					}));
		subscribed("other", each(), StageOptions.defaults(), source);
		emit("a");
		assertThat(this.handled).containsExactly("a");
		assertThat(this.accepted).isEmpty();
		assertThat(this.failed).containsExactly("a");
	}

	@Test
	void aProducerConsumerMayBeASourceItself() {
		ProducerConsumerStage<Object, Object> stage = (events, from) -> List.of("child", delivery("own"));
		StageRef middle = subscribed("middle", stage, StageOptions.defaults(), source(StageOptions.defaults()));
		subscribed("last", lists(), StageOptions.defaults(), middle);
		emit("a");
		assertThat(this.handled).containsExactly("child", "own");
		assertThat(this.accepted).containsExactlyInAnyOrder("a", "own");
	}

	@Nested
	class OfAStageThatReportsItself {

		private @Nullable StageContext context;

		private @Nullable Subscription from;

		private StageRef start() {
			ConsumerStage<Object> stage = new ConsumerStage<>() {

				@Override
				public boolean reportsHandled() {
					return true;
				}

				@Override
				public void onStart(StageContext context) {
					OfAStageThatReportsItself.this.context = context;
				}

				@Override
				public void handleEvents(List<Object> events, Subscription from) {
					OfAStageThatReportsItself.this.from = from;
				}

				@Override
				public void onInfo(Object message) {
					((Runnable) message).run();
				}

			};
			return subscribed("s", stage, StageOptions.defaults(), source(StageOptions.defaults()));
		}

		private StageContext context() {
			return Objects.requireNonNull(this.context);
		}

		private Subscription from() {
			return Objects.requireNonNull(this.from);
		}

		@Test
		void areSettledWhenItReportsThem() {
			StageRef stage = start();
			emit("a", "b", "plain", "c");
			assertThat(accepted).isEmpty();
			stage.tell((Runnable) () -> context().handled(from(), List.of("b")));
			assertThat(accepted).containsExactly("b");
			stage.tell((Runnable) () -> context().discard(from(), List.of("c"), "no use", null));
			assertThat(failed).containsExactly("c");
			stage.tell((Runnable) () -> context().handled(from(), List.of("a", "plain")));
			assertThat(accepted).containsExactly("b", "a");
		}

		@Test
		void haveFailedIfItStopsBefore() {
			StageRef stage = start();
			emit("a", "b");
			stage.tell((Runnable) () -> context().handled(from(), List.of("a")));
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(accepted).containsExactly("a");
			assertThat(failed).containsExactly("b");
		}

	}

	@Test
	void aKeyIsThatOfTheEvent() {
		StageRef source = source(StageOptions.defaults()
			.withDispatcher(
					Dispatchers.partition(PartitionOptions.<Object>ofCount(2, (event) -> ((String) event).length()))));
		for (int partition = 0; partition < 2; partition++) {
			StageRef consumer = this.dialogue.start("s" + partition, each());
			consumer.subscribeTo(source,
					SubscribeOptions.defaults().withMaxDemand(10).withAttribute(Subscriber.PARTITION, partition));
		}
		emit("a", "bb");
		assertThat(this.handled).containsExactlyInAnyOrder("a", "bb");
		assertThat(this.accepted).hasSize(2);
	}

	/**
	 * Returns a store that outlasts everything, and of which only the writing is used.
	 */
	private static DeadLetterStore durable(Writing writing) {
		return (DeadLetterStore) java.lang.reflect.Proxy.newProxyInstance(DeliveriesTests.class.getClassLoader(),
				new Class<?>[] { DeadLetterStore.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "isDurable" -> true;
					case "handsOn" -> false;
					case "append" -> writing.write((DeadLetter) arguments[0], arguments[1]);
					default -> throw new UnsupportedOperationException(method.getName());
				});
	}

	/**
	 * What it means to store a letter.
	 */
	private interface Writing {

		CompletionStage<DeadLetter> write(DeadLetter letter, Object event);

	}

}
