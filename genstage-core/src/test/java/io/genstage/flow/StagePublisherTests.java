package io.genstage.flow;

import java.util.List;
import java.util.concurrent.Flow;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The events of a stage for subscribers, all on the thread of the test.
 */
class StagePublisherTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	private final Numbers numbers = new Numbers();

	private final StageRef producer = this.system.start("numbers", this.numbers);

	private final Flow.Publisher<Object> publisher = Flows.publisher(this.system, this.producer,
			SubscribeOptions.defaults().withMaxDemand(4));

	@Nested
	class Demand {

		@Test
		void isWhatTheSubscriberRequests() {
			RecordingSubscriber subscriber = subscribed();
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			assertThat(numbers.heard()).isEmpty();
			subscriber.subscription.request(2);
			assertThat(numbers.heard()).containsExactly("demand 2");
			assertThat(subscriber.heard()).containsExactly("onNext 1", "onNext 2");
			subscriber.subscription.request(1);
			assertThat(numbers.heard()).containsExactly("demand 1");
			assertThat(subscriber.heard()).containsExactly("onNext 3");
		}

		@Test
		void mayBeRequestedBeforeTheStageIsSubscribed() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onSubscribed = (subscription) -> subscription.request(2);
			publisher.subscribe(subscriber);
			assertThat(numbers.heard()).containsExactly("demand 2");
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext 1", "onNext 2");
		}

		@Test
		void isAskedForInPortionsWhateverIsRequested() {
			Numbers halting = new Numbers("n", 7);
			StageRef producer = system.start("halting", halting);
			RecordingSubscriber subscriber = new RecordingSubscriber();
			Flows.publisher(system, producer, SubscribeOptions.defaults().withMaxDemand(4)).subscribe(subscriber);
			subscriber.subscription.request(Long.MAX_VALUE);
			assertThat(halting.heard()).containsExactly("demand 4", "demand 4", "demand 3");
			assertThat(subscriber.heard()).hasSize(8).endsWith("onNext n7");
			producer.tell(2);
			assertThat(subscriber.heard()).containsExactly("onNext n8", "onNext n9");
			assertThat(halting.heard()).containsExactly("demand 2");
		}

		@Test
		void isAskedForOnceForAllRequestsOfABatch() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onEach = (subscription) -> {
				if (subscriber.signals.size() <= 4) {
					subscription.request(1);
				}
			};
			publisher.subscribe(subscriber);
			subscriber.subscription.request(3);
			assertThat(numbers.heard()).containsExactly("demand 3", "demand 3");
			assertThat(subscriber.heard()).hasSize(7);
		}

		@Test
		void ofNothingIsAnError() {
			RecordingSubscriber subscriber = subscribed();
			subscriber.subscription.request(0);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
			assertThat(subscriber.error).isInstanceOf(IllegalArgumentException.class)
				.hasMessage("a subscriber must request at least 1 event (Reactive Streams, rule 3.9), but requested 0");
			assertNothingIsLeft();
		}

	}

	@Nested
	class Cancel {

		@Test
		void leavesNothingBehind() {
			RecordingSubscriber subscriber = subscribed();
			assertThat(system.stages()).hasSize(2);
			subscriber.subscription.request(1);
			subscriber.subscription.cancel();
			subscriber.subscription.request(5);
			subscriber.subscription.cancel();
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext 1");
			assertThat(numbers.heard()).containsExactly("demand 1");
			assertNothingIsLeft();
		}

		@Test
		void inTheMiddleOfABatchKeepsTheRestAway() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onEach = Flow.Subscription::cancel;
			publisher.subscribe(subscriber);
			subscriber.subscription.request(3);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext 1");
			assertThat(log.read())
				.anySatisfy((line) -> assertThat(line).contains("has discarded 2 events: received and not handled"));
			assertNothingIsLeft();
		}

		@Test
		void asSoonAsSubscribedNeverReachesTheProducer() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onSubscribed = Flow.Subscription::cancel;
			publisher.subscribe(subscriber);
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			assertNothingIsLeft();
		}

		@Test
		void followsWhenTheSubscriberThrows() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onEach = (subscription) -> {
				throw new IllegalStateException("full");
			};
			publisher.subscribe(subscriber);
			subscriber.subscription.request(2);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext 1");
			assertThat(log.read()).anySatisfy(
					(line) -> assertThat(line).matches("SEVERE stage 'flow subscriber \\d+' has failed and stops"));
			assertNothingIsLeft();
		}

		@Test
		void followsWhenTheSubscriberThrowsAtOnce() {
			RecordingSubscriber subscriber = new RecordingSubscriber();
			subscriber.onSubscribed = (subscription) -> {
				throw new IllegalStateException("not ready");
			};
			publisher.subscribe(subscriber);
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("SEVERE subscriber ")
				.endsWith(" threw when stage 'numbers' accepted it, which counts as a cancel");
			assertNothingIsLeft();
		}

	}

	@Nested
	class TheEnd {

		@Test
		void isCompletionIfTheStageEndsClean() {
			RecordingSubscriber subscriber = subscribed();
			subscriber.subscription.request(1);
			producer.tell("complete");
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext 1", "onComplete");
			assertThat(system.stages()).isEmpty();
		}

		@Test
		void isTheErrorThatAStageFailedWith() {
			RecordingSubscriber subscriber = subscribed();
			IllegalStateException cause = new IllegalStateException("broken");
			producer.stop(ExitReason.failure(cause));
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
			assertThat(subscriber.error).isSameAs(cause);
		}

		@Test
		void isAnErrorThatNamesAnyOtherReason() {
			RecordingSubscriber subscriber = subscribed();
			producer.stop(ExitReason.of("out of paper"));
			assertThat(subscriber.error)
				.isInstanceOfSatisfying(StageEndedException.class,
						(ended) -> assertThat(ended.reason()).isEqualTo(ExitReason.of("out of paper")))
				.hasMessage("there are no more events, because a stage or its subscription has ended: out of paper");
		}

		@Test
		void isToldToThoseWhoComeLate() {
			producer.tell("complete");
			RecordingSubscriber subscriber = subscribed();
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onComplete");
			assertThat(system.stages()).isEmpty();
		}

		@Test
		void isToldToThoseWhoComeAfterAFailure() {
			IllegalStateException cause = new IllegalStateException("broken");
			producer.stop(ExitReason.failure(cause));
			assertThat(subscribed().error).isSameAs(cause);
		}

		@Test
		void isAnErrorWhenTheSubscriptionIsRefused() {
			StageRef parted = system.start("parted", new Numbers(), StageOptions.defaults()
				.withDispatcher(
						Dispatchers.partition(PartitionOptions.ofNames(List.of("left", "right"), (event) -> "left"))));
			RecordingSubscriber subscriber = new RecordingSubscriber();
			Flows.publisher(system, parted).subscribe(subscriber);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
			assertThat(subscriber.error).isInstanceOf(StageEndedException.class);
		}

		@Test
		void isToldWhenTheSystemIsClosed() {
			system.close();
			RecordingSubscriber subscriber = subscribed();
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
			assertThat(subscriber.error).isInstanceOf(IllegalStateException.class);
		}

		@Test
		void isCompletionWhenTheSystemCloses() {
			RecordingSubscriber subscriber = subscribed();
			system.close();
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onComplete");
		}

	}

	@Test
	void givesEachEventToAllSubscribersOfABroadcast() {
		StageRef news = this.system.start("news", new Numbers(),
				StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		Flow.Publisher<Object> publisher = Flows.publisher(this.system, news);
		RecordingSubscriber first = new RecordingSubscriber();
		RecordingSubscriber second = new RecordingSubscriber();
		publisher.subscribe(first);
		publisher.subscribe(second);
		first.subscription.request(1);
		second.subscription.request(2);
		assertThat(first.heard()).containsExactly("onSubscribe", "onNext 1");
		assertThat(second.heard()).containsExactly("onSubscribe", "onNext 1");
	}

	@Test
	void needsAStageWithEventsAndASubscriber() {
		StageRef consumer = this.system.start("consumer", (ConsumerStage<Object>) (events, from) -> {
		});
		assertThatIllegalArgumentException().isThrownBy(() -> Flows.publisher(this.system, consumer))
			.withMessage("stage 'consumer' is a consumer, which has no events to publish");
		assertThatNullPointerException().isThrownBy(() -> this.publisher.subscribe(null));
	}

	private RecordingSubscriber subscribed() {
		RecordingSubscriber subscriber = new RecordingSubscriber();
		this.publisher.subscribe(subscriber);
		return subscriber;
	}

	private void assertNothingIsLeft() {
		assertThat(this.system.stages()).containsExactly(this.producer);
		assertThat(this.producer.status().consumers()).isEmpty();
	}

}
