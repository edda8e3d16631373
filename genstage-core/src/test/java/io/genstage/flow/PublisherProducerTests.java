package io.genstage.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * A publisher as a producer. The stages run when the test lets them.
 */
class PublisherProducerTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final RecordingPublisher publisher = new RecordingPublisher();

	private final List<List<String>> batches = new ArrayList<>();

	private StageRef producer = this.system.start("producer", Flows.producer(this.publisher, 4));

	private final StageRef consumer = this.system.start("consumer", new ConsumerStage<String>() {

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			PublisherProducerTests.this.batches.add(List.copyOf(events));
		}

	});

	private Subscription subscription = subscribe();

	@Nested
	class Demand {

		@Test
		void waitsForTheSubscription() {
			ask(3);
			assertThat(publisher.heard()).containsExactly("subscribe");
			publisher.accept();
			run();
			assertThat(publisher.heard()).containsExactly("request 3");
		}

		@Test
		void isWhatTheStageIsAskedFor() {
			publisher.accept();
			run();
			assertThat(publisher.heard()).containsExactly("subscribe");
			ask(1);
			ask(2);
			assertThat(publisher.heard()).containsExactly("request 1", "request 2");
		}

		@Test
		void isRequestedInPortions() {
			publisher.accept();
			ask(Long.MAX_VALUE);
			assertThat(publisher.heard()).containsExactly("subscribe", "request 4");
			publisher.send("a");
			run();
			assertThat(publisher.heard()).isEmpty();
			publisher.send("b");
			run();
			assertThat(publisher.heard()).containsExactly("request 2");
		}

	}

	@Nested
	class Events {

		@Test
		void thatComeQuicklyAreOneBatch() {
			publisher.accept();
			ask(4);
			publisher.send("a", "b", "c");
			assertThat(producer.status().backlog()).isEqualTo(3);
			run();
			publisher.send("d");
			run();
			assertThat(batches).containsExactly(List.of("a", "b", "c"), List.of("d"));
			assertThat(producer.status().backlog()).isZero();
		}

		@Test
		void mustNotBeMoreThanWereRequested() {
			publisher.accept();
			ask(1);
			publisher.send("a", "b", "c");
			run();
			assertThat(batches).containsExactly(List.of("a"));
			assertThat(publisher.heard()).containsExactly("subscribe", "request 1", "cancel");
			assertThat(producer.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
					(failure) -> assertThat(failure.cause()).isInstanceOf(IllegalStateException.class)
						.hasMessage("the publisher has sent an event that was not requested "
								+ "(Reactive Streams, rule 1.1)"));
		}

	}

	@Nested
	class TheEnd {

		@Test
		void comesAfterTheLastEvent() {
			publisher.accept();
			ask(4);
			publisher.send("a", "b");
			publisher.subscriber().onComplete();
			run();
			assertThat(batches).containsExactly(List.of("a", "b"));
			assertThat(producer.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(publisher.heard()).containsExactly("subscribe", "request 4");
		}

		@Test
		void ofAPublisherThatFailsIsAFailure() {
			publisher.accept();
			ask(4);
			IllegalStateException cause = new IllegalStateException("broken");
			publisher.send("a");
			publisher.subscriber().onError(cause);
			run();
			assertThat(batches).containsExactly(List.of("a"));
			assertThat(producer.status().exit()).isEqualTo(ExitReason.failure(cause));
			assertThat(log.read())
				.contains("SEVERE the publisher of stage 'producer' has failed, which stops the stage");
			assertThat(publisher.heard()).containsExactly("subscribe", "request 4");
		}

		@ParameterizedTest
		@ValueSource(booleans = { false, true })
		void ofAPublisherThatFailsWaitsForEventsThatAPartitionHolds(boolean drained) {
			IllegalStateException cause = new IllegalStateException("broken");
			Subscription slow = partition(3);
			publisher.send("a", "b", "c");
			publisher.subscriber().onError(cause);
			run();
			if (drained) {
				producer.drain();
			}
			takeOneByOne(slow, 3);
			assertThat(producer.status().exit()).isEqualTo(ExitReason.failure(cause));
			assertThat(producer.status().discarded()).isZero();
			assertThat(log.read())
				.containsOnlyOnce("SEVERE the publisher of stage 'partitioned' has failed, which stops the stage");
		}

		@Test
		void ofAPublisherThatSendsTooManyCancelsItBeforeThePartitionIsServed() {
			Subscription slow = partition(2);
			publisher.send("a", "b", "unwanted");
			run();
			assertThat(publisher.heard()).containsExactly("request 2", "cancel");
			takeOneByOne(slow, 2);
			assertThat(producer.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(producer.status().discarded()).isZero();
		}

		@Test
		void ofAPublisherThatFailsWaitsForEventsThatArePaused() {
			publisher.accept();
			ask(4);
			producer.pause();
			run();
			publisher.send("a", "b");
			run();
			publisher.subscriber().onError(new IllegalStateException("broken"));
			run();
			assertThat(producer.status().isRunning()).isTrue();
			producer.resume();
			run();
			assertThat(batches).containsExactly(List.of("a", "b"));
			assertThat(producer.status().exit()).isInstanceOf(ExitReason.Failure.class);
			assertThat(producer.status().discarded()).isZero();
		}

		@Test
		void ofAPublisherThatFailsIsReportedAtOnceThoughTheStageIsStoppedMeanwhile() {
			partition(3);
			publisher.send("a", "b", "c");
			publisher.subscriber().onError(new IllegalStateException("broken"));
			run();
			producer.stop(ExitReason.SHUTDOWN);
			run();
			assertThat(log.read())
				.contains("SEVERE the publisher of stage 'partitioned' has failed, which stops the stage");
			assertThat(producer.status().exit()).isEqualTo(ExitReason.SHUTDOWN);
			assertThat(producer.status().discarded()).isEqualTo(3);
		}

		/** One partition asks when the test says so; the other one has asked for all. */
		private Subscription partition(long demand) {
			producer = system.start("partitioned", Flows.producer(publisher, 4),
					StageOptions.defaults()
						.withDispatcher(Dispatchers
							.partition(PartitionOptions.<String>ofNames(List.of("all", "none"), (letter) -> "all"))));
			Subscription greedy = subscribe(SubscribeOptions.defaults().withPartition("none"));
			Subscription slow = subscribe(SubscribeOptions.defaults().withPartition("all"));
			publisher.accept();
			publisher.heard();
			greedy.ask(demand);
			run();
			return slow;
		}

		private void takeOneByOne(Subscription slow, int events) {
			for (int taken = 0; taken < events; taken++) {
				assertThat(producer.status().isRunning()).isTrue();
				assertThat(batches).hasSize(taken);
				slow.ask(1);
				run();
			}
			assertThat(batches).hasSize(events);
		}

		@Test
		void ofTheStageCancels() {
			publisher.accept();
			run();
			producer.stop(ExitReason.SHUTDOWN);
			run();
			assertThat(publisher.heard()).containsExactly("subscribe", "cancel");
			publisher.send("a");
			publisher.subscriber().onComplete();
			run();
			assertThat(batches).isEmpty();
		}

		@Test
		void ofTheStageCancelsASubscriptionThatComesLate() {
			producer.stop(ExitReason.SHUTDOWN);
			run();
			publisher.accept();
			assertThat(publisher.heard()).containsExactly("subscribe", "cancel");
		}

		@Test
		void byADrainHandsOnWhatHasArrived() {
			publisher.accept();
			ask(4);
			publisher.send("a", "b");
			producer.drain();
			run();
			assertThat(batches).containsExactly(List.of("a", "b"));
			assertThat(publisher.heard()).containsExactly("subscribe", "request 4", "cancel");
			assertThat(producer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void mayBeFollowedByANewStart() {
			Flow.Subscriber<? super String> former = publisher.accept().subscriber();
			producer.stop(ExitReason.SHUTDOWN);
			run();
			producer = system.start("producer", Flows.producer(publisher, 4));
			subscription = subscribe();
			publisher.accept();
			ask(1);
			former.onNext("old");
			publisher.send("new");
			run();
			assertThat(batches).containsExactly(List.of("new"));
		}

	}

	@Nested
	class Rules {

		@Test
		void aSecondSubscriptionIsCancelled() {
			publisher.accept();
			RecordingPublisher second = new RecordingPublisher();
			publisher.subscriber().onSubscribe(second);
			assertThat(second.heard()).containsExactly("cancel");
			ask(1);
			assertThat(publisher.heard()).containsExactly("subscribe", "request 1");
		}

		@Test
		void nothingIsNull() {
			publisher.accept();
			assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onSubscribe(null));
			assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onNext(null));
			assertThatNullPointerException().isThrownBy(() -> publisher.subscriber().onError(null));
			assertThatNullPointerException().isThrownBy(() -> Flows.producer(null));
		}

		@Test
		void atLeastOneEventMustBeRequested() {
			assertThatIllegalArgumentException().isThrownBy(() -> Flows.producer(publisher, 0))
				.withMessage("maxRequested must be >= 1, was 0");
		}

		@Test
		void aPublisherThatThrowsKeepsTheStageFromStarting() {
			RecordingPublisher faulty = new RecordingPublisher();
			assertThatExceptionOfType(StageStartException.class)
				.isThrownBy(() -> system.start("faulty", Flows.producer((subscriber) -> {
					faulty.subscribe(subscriber);
					faulty.accept();
					throw new IllegalStateException("no connection");
				})))
				.withMessageContaining("no connection");
			assertThat(faulty.heard()).containsExactly("subscribe", "cancel");
		}

	}

	@Test
	void aPublisherThatSendsWithinTheRequestNeedsABoundedStack() {
		int count = 100_000;
		List<Integer> received = new ArrayList<>();
		try (StageSystem here = StageSystem.builder().executor(Runnable::run).build()) {
			StageRef producer = here.start("producer", Flows.producer(new Counting(count), 1));
			StageRef consumer = here.start("consumer",
					(ConsumerStage<Integer>) (events, from) -> received.addAll(events));
			consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(3));
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}
		assertThat(received).isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
	}

	@Test
	void handsOnInOrderWhatAnotherThreadPublishes() {
		int count = 200_000;
		List<Integer> received = new ArrayList<>();
		try (StageSystem threads = StageSystem.create()) {
			StageRef consumer = threads.start("consumer",
					(ConsumerStage<Integer>) (events, from) -> received.addAll(events));
			try (SubmissionPublisher<Integer> source = new SubmissionPublisher<>()) {
				consumer.subscribeTo(threads.start("producer", Flows.producer(source)),
						SubscribeOptions.defaults().withMaxDemand(100));
				IntStream.range(0, count).forEach(source::submit);
			}
			CompletableFuture<ExitReason> end = consumer.whenStopped().toCompletableFuture();
			assertThat(end.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(ExitReason.NORMAL);
		}
		assertThat(received).isEqualTo(IntStream.range(0, count).boxed().toList());
	}

	private Subscription subscribe() {
		return subscribe(SubscribeOptions.defaults());
	}

	private Subscription subscribe(SubscribeOptions options) {
		CompletableFuture<Subscription> subscription = this.consumer
			.subscribeTo(this.producer, options.withCancel(CancelMode.TEMPORARY))
			.toCompletableFuture();
		run();
		return subscription.join();
	}

	private void ask(long demand) {
		this.subscription.ask(demand);
		run();
	}

	private void run() {
		this.executor.runReady();
	}

	/**
	 * Sends 1, 2, 3 and so on within each request, and completes.
	 */
	private static final class Counting implements Flow.Publisher<Integer> {

		private final int count;

		Counting(int count) {
			this.count = count;
		}

		@Override
		public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
			subscriber.onSubscribe(new Flow.Subscription() {

				private int sent;

				@Override
				public void request(long demand) {
					for (long left = demand; left > 0 && this.sent < Counting.this.count; left--) {
						subscriber.onNext(++this.sent);
					}
					if (this.sent == Counting.this.count) {
						subscriber.onComplete();
					}
				}

				@Override
				public void cancel() {
					this.sent = Counting.this.count;
				}

			});
		}

	}

}
