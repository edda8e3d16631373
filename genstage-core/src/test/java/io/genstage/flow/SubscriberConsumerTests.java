package io.genstage.flow;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.StageRef;
import io.genstage.StageStartException;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * A subscriber as a consumer, all on the thread of the test.
 */
class SubscriberConsumerTests {

	private static final SubscribeOptions UP_TO_FOUR = SubscribeOptions.defaults().withMaxDemand(4);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	private final RecordingSubscriber subscriber = new RecordingSubscriber();

	private final Numbers a = new Numbers("a", 0);

	private final Numbers b = new Numbers("b", 0);

	private final StageRef producerA = this.system.start("a", this.a);

	private final StageRef producerB = this.system.start("b", this.b);

	private final StageRef consumer = this.system.start("consumer", Flows.consumer(this.subscriber));

	@Nested
	class OneProducer {

		@Test
		void isAskedForWhatIsRequestedBeforeOrAfterItIsThere() {
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			subscriber.subscription.request(2);
			subscribe(producerA, CancelMode.PERMANENT);
			assertThat(a.heard()).containsExactly("demand 2");
			subscriber.subscription.request(1);
			assertThat(a.heard()).containsExactly("demand 1");
		}

		@Test
		void endsTheSubscriberAsItsCancelModeSays() {
			subscribe(producerA, CancelMode.PERMANENT);
			IllegalStateException cause = new IllegalStateException("broken");
			producerA.stop(ExitReason.failure(cause));
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
			assertThat(subscriber.error).isSameAs(cause);
		}

		@Test
		void mayFailAndLeaveTheSubscriberAlone() {
			subscribe(producerA, CancelMode.TEMPORARY);
			producerA.stop(ExitReason.failure(new IllegalStateException("broken")));
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			assertThat(consumer.status().isRunning()).isTrue();
		}

		@Test
		void isLeftWhenTheSubscriberCancels() {
			subscribe(producerA, CancelMode.PERMANENT);
			subscriber.subscription.cancel();
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(producerA.status().consumers()).isEmpty();
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
		}

	}

	@Nested
	class SeveralProducers {

		@Test
		void areAllAskedForWhatIsRequested() {
			subscribeToBoth();
			subscriber.subscription.request(3);
			assertThat(a.heard()).containsExactly("demand 3");
			assertThat(b.heard()).containsExactly("demand 3");
			producerB.tell(3);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext b1", "onNext b2", "onNext b3");
		}

		@Test
		void areNotAskedAgainForWhatTheyStillOwe() {
			subscribeToBoth();
			subscriber.subscription.request(3);
			producerB.tell(3);
			a.heard();
			b.heard();
			subscriber.subscription.request(4);
			assertThat(a.heard()).containsExactly("demand 1");
			assertThat(b.heard()).containsExactly("demand 4");
		}

		@Test
		void mayTogetherSendMoreThanIsRequestedWhichWaits() {
			subscribeToBoth();
			subscriber.subscription.request(3);
			producerA.tell(2);
			producerB.tell(3);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext a1", "onNext a2", "onNext b1");
			assertThat(consumer.status().backlog()).isEqualTo(2);
			subscriber.subscription.request(1);
			assertThat(subscriber.heard()).containsExactly("onNext b2");
			assertThat(consumer.status().backlog()).isEqualTo(1);
		}

		@Test
		void completeTheSubscriberWhenAllAreDoneAndNothingWaits() {
			subscribeToBoth();
			subscriber.subscription.request(1);
			producerA.tell(1);
			producerB.tell(1);
			producerA.tell("complete");
			producerB.tell("complete");
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext a1");
			subscriber.subscription.request(1);
			assertThat(subscriber.heard()).containsExactly("onNext b1", "onComplete");
			assertThat(consumer.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void failTheSubscriberWhenOneFails() {
			subscribeToBoth();
			producerA.stop(ExitReason.of("gone"));
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onError");
		}

		@Test
		void doNotCompleteASubscriberThatHasMissedAFailure() {
			subscribe(producerA, CancelMode.TEMPORARY);
			subscribe(producerB, CancelMode.TEMPORARY);
			producerA.stop(ExitReason.of("gone"));
			producerB.tell("complete");
			assertThat(subscriber.heard()).containsExactly("onSubscribe");
			assertThat(consumer.status().isRunning()).isTrue();
		}

		private void subscribeToBoth() {
			subscribe(producerA, CancelMode.TRANSIENT);
			subscribe(producerB, CancelMode.TRANSIENT);
		}

	}

	@Nested
	class Drain {

		@Test
		void waitsForWhatTheSubscriberHasNotRequestedYet() {
			subscribe(producerA, CancelMode.TEMPORARY);
			subscribe(producerB, CancelMode.TEMPORARY);
			subscriber.subscription.request(1);
			producerA.tell(1);
			producerB.tell(1);
			consumer.drain();
			assertThat(consumer.status().isRunning()).isTrue();
			subscriber.subscription.request(1);
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onNext a1", "onNext b1", "onComplete");
		}

		@Test
		void isOverAtOnceIfNothingWaits() {
			consumer.drain();
			assertThat(subscriber.heard()).containsExactly("onSubscribe", "onComplete");
		}

	}

	@Test
	void tellsWhatIsLostByAStop() {
		subscribe(this.producerA, CancelMode.TEMPORARY);
		subscribe(this.producerB, CancelMode.TEMPORARY);
		this.subscriber.subscription.request(1);
		this.producerA.tell(1);
		this.producerB.tell(1);
		this.consumer.stop(ExitReason.SHUTDOWN);
		assertThat(this.log.read()).singleElement()
			.asString()
			.contains("has discarded 1 events: received and not handled");
		assertThat(this.consumer.status().in()).isEqualTo(1);
		assertThat(this.consumer.status().discarded()).isEqualTo(1);
		assertThat(this.subscriber.heard()).endsWith("onComplete");
	}

	@Test
	void servesASubscriberOnce() {
		ConsumerStage<Object> stage = Flows.consumer(new RecordingSubscriber());
		this.system.start("once", stage).stop(ExitReason.NORMAL);
		assertThatExceptionOfType(StageStartException.class).isThrownBy(() -> this.system.start("once", stage))
			.withMessageContaining("a subscriber can be served only once");
		assertThatNullPointerException().isThrownBy(() -> Flows.consumer(null));
	}

	private void subscribe(StageRef producer, CancelMode cancel) {
		this.consumer.subscribeTo(producer, UP_TO_FOUR.withCancel(cancel));
	}

}
