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
	 * Complete when all signals so far have been passed on. At first they wait until the
	 * stage knows its producer, which it must not find gone. Events need not wait, since
	 * they come after demand.
	 */
	private volatile CompletionStage<?> passedOn;

	private final Flow.Subscriber<? super I> input;

	private final StagePublisher<O> output;

	private final AtomicLong subscribers = new AtomicLong();

	private StageProcessor(StageRef stage, CompletionStage<?> connected, Flow.Subscriber<? super I> input,
			StagePublisher<O> output) {
		this.stage = stage;
		this.passedOn = connected;
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
		passOn(() -> this.input.onSubscribe(subscription));
	}

	@Override
	public void onNext(I event) {
		this.input.onNext(event);
	}

	@Override
	public void onError(Throwable error) {
		Objects.requireNonNull(error, "an error must not be null");
		passOn(() -> this.input.onError(error));
	}

	@Override
	public void onComplete() {
		passOn(this.input::onComplete);
	}

	/*
	 * Each signal waits for the one before it: of several that wait for the same future
	 * the last would come first. A publisher makes one call at a time.
	 */
	private void passOn(Runnable signal) {
		this.passedOn = this.passedOn.handle((result, failure) -> {
			signal.run();
			return this;
		});
	}

}
