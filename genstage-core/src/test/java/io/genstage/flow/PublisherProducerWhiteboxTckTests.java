package io.genstage.flow;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams for the subscriber that a producer stage is to its
 * publisher. The probe sits behind it: what it notes has gone through the stage to a
 * consumer, and what it requests is asked for by that consumer.
 */
public class PublisherProducerWhiteboxTckTests extends FlowSubscriberWhiteboxVerification<Integer> {

	private StageSystem system;

	private int stages;

	public PublisherProducerWhiteboxTckTests() {
		super(Tck.environment());
	}

	@BeforeClass
	public void open() {
		this.system = StageSystem.create();
	}

	@AfterClass
	public void close() {
		this.system.close();
	}

	@Override
	protected Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
		CompletableFuture<Flow.Subscriber<? super Integer>> subscriber = new CompletableFuture<>();
		StageRef producer = this.system.start("producer " + ++this.stages,
				Flows.<Integer>producer(subscriber::complete));
		ProbingConsumer probing = new ProbingConsumer(probe);
		StageRef consumer = this.system.start("consumer " + this.stages, probing);
		Subscription subscription = consumer.subscribeTo(producer, SubscribeOptions.defaults())
			.toCompletableFuture()
			.join();
		return new Announcing(subscriber.join(), () -> probe.registerOnSubscribe(puppet(subscription, producer)));
	}

	private static SubscriberWhiteboxVerification.SubscriberPuppet puppet(Subscription subscription,
			StageRef producer) {
		return new SubscriberWhiteboxVerification.SubscriberPuppet() {

			@Override
			public void triggerRequest(long elements) {
				subscription.ask(elements);
			}

			@Override
			public void signalCancel() {
				producer.stop(ExitReason.NORMAL);
			}

		};
	}

	@Override
	public Integer createElement(int element) {
		return element;
	}

	/**
	 * Notes what comes out of the stage.
	 */
	private record ProbingConsumer(WhiteboxSubscriberProbe<Integer> probe) implements ConsumerStage<Integer> {

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			events.forEach(this.probe::registerOnNext);
		}

		@Override
		public void onStop(ExitReason reason) {
			if (reason instanceof ExitReason.Failure failure) {
				this.probe.registerOnError(failure.cause());
			}
			else {
				this.probe.registerOnComplete();
			}
		}

	}

	/**
	 * Passes all on and tells when it has been subscribed.
	 */
	private record Announcing(Flow.Subscriber<? super Integer> subscriber,
			Runnable subscribed) implements Flow.Subscriber<Integer> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.subscriber.onSubscribe(subscription);
			this.subscribed.run();
		}

		@Override
		public void onNext(Integer event) {
			this.subscriber.onNext(event);
		}

		@Override
		public void onError(Throwable error) {
			this.subscriber.onError(error);
		}

		@Override
		public void onComplete() {
			this.subscriber.onComplete();
		}

	}

}
