package io.genstage.flow;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;

/**
 * A stage between a publisher and subscribers: a producer of what the publisher sends,
 * the stage, and a publisher of what that emits.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
final class StageProcessor<I, O> implements Flow.Processor<I, O> {

	private final StageRef stage;

	/**
	 * Until then the stage doesn't know its producer, and must not find it gone. Events
	 * need not wait for it, since they come after demand.
	 */
	private final CompletionStage<?> connected;

	private final Flow.Subscriber<? super I> input;

	private final StagePublisher<O> output;

	private final AtomicLong subscribers = new AtomicLong();

	private StageProcessor(StageRef stage, CompletionStage<?> connected, Flow.Subscriber<? super I> input,
			StagePublisher<O> output) {
		this.stage = stage;
		this.connected = connected;
		this.input = input;
		this.output = output;
	}

	static <I, O> StageProcessor<I, O> start(StageSystem system, String name, ProducerConsumerStage<I, O> stage,
			StageOptions options, SubscribeOptions inputOptions) {
		StageRef started = system.start(name, stage, options);
		try {
			// The publisher that the producer subscribes to is whoever calls the
			// processor.
			CompletableFuture<Flow.Subscriber<? super I>> input = new CompletableFuture<>();
			StageRef source = system.start(name + " input",
					new PublisherProducer<I>(input::complete, inputOptions.maxDemand()));
			CompletionStage<Subscription> connected = started.subscribeTo(source,
					inputOptions.withCancel(CancelMode.PERMANENT));
			started.whenStopped().thenAccept(source::stop);
			return new StageProcessor<>(started, connected, input.join(),
					new StagePublisher<>(system, started, SubscribeOptions.defaults()));
		}
		catch (RuntimeException ex) {
			started.stop(ExitReason.failure(ex));
			throw ex;
		}
	}

	@Override
	public void subscribe(Flow.Subscriber<? super O> subscriber) {
		this.subscribers.incrementAndGet();
		this.output.serve(subscriber).thenAccept((reason) -> unsubscribed());
	}

	/** A processor that nobody listens to any more lets go of its publisher. */
	private void unsubscribed() {
		if (this.subscribers.decrementAndGet() == 0) {
			this.stage.stop(ExitReason.NORMAL);
		}
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		Objects.requireNonNull(subscription, "a subscription must not be null");
		whenConnected(() -> this.input.onSubscribe(subscription));
	}

	@Override
	public void onNext(I event) {
		this.input.onNext(event);
	}

	@Override
	public void onError(Throwable error) {
		Objects.requireNonNull(error, "an error must not be null");
		whenConnected(() -> this.input.onError(error));
	}

	@Override
	public void onComplete() {
		whenConnected(this.input::onComplete);
	}

	private void whenConnected(Runnable signal) {
		this.connected.whenComplete((subscription, failure) -> signal.run());
	}

}
