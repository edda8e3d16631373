package io.genstage.flow;

import java.util.concurrent.Flow;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;

/**
 * Bridges between stages and {@link Flow}, and so to every library of reactive streams.
 *
 * <pre>{@code
 * StageRef orders = system.start("orders", Flows.producer(publisherOfOrders));
 * StageRef checked = system.start("checked", new Check());
 * checked.subscribeTo(orders, SubscribeOptions.defaults());
 * Flow.Publisher<Order> publisher = Flows.publisher(system, checked);
 * }</pre>
 *
 * Demand crosses a bridge as it is: nothing is requested from a publisher that no stage
 * has asked for, and no stage is asked for what no subscriber has requested.
 */
public final class Flows {

	private Flows() {
	}

	/**
	 * Publishes the events of a stage, with the default options.
	 * @param system the system that the stage runs in
	 * @param producer a producer or producer-consumer
	 * @param <E> the type of the events, which the caller knows
	 * @return the publisher, as
	 * {@link #publisher(StageSystem, StageRef, SubscribeOptions)}
	 */
	public static <E> Flow.Publisher<E> publisher(StageSystem system, StageRef producer) {
		return publisher(system, producer, SubscribeOptions.defaults());
	}

	/**
	 * Publishes the events of a stage. Each subscriber becomes a consumer of the stage,
	 * which is gone when the subscriber has cancelled or has got the end. It is for the
	 * stage's dispatcher to say who gets which events: each event goes to one subscriber,
	 * unless the stage broadcasts.
	 * <p>
	 * A subscriber is called on the threads of the system, one call at a time, except for
	 * its {@code onSubscribe}, which is called by the one who subscribes. It may block.
	 * When the stage ends clean, it gets {@code onComplete}, otherwise {@code onError}:
	 * with what a callback threw, or with a {@link StageEndedException}. If it throws, it
	 * counts as one that has cancelled, and that is logged. Events that are on their way
	 * when it cancels are lost.
	 * @param system the system that the stage runs in
	 * @param producer a producer or producer-consumer; it may have stopped
	 * @param options how many requested events may be on their way at once
	 * ({@code maxDemand}, {@code minDemand}), and the partition or selector; the cancel
	 * mode is ignored
	 * @param <E> the type of the events, which the caller knows
	 * @return the publisher, for any number of subscribers
	 * @throws IllegalArgumentException if the stage is a consumer
	 */
	public static <E> Flow.Publisher<E> publisher(StageSystem system, StageRef producer, SubscribeOptions options) {
		return new StagePublisher<>(system, producer, options);
	}

	/**
	 * Creates a producer of what a publisher sends, of which at most
	 * {@value SubscribeOptions#DEFAULT_MAX_DEMAND} events are requested at once.
	 * @param publisher the publisher
	 * @param <E> the type of the events
	 * @return the producer, as {@link #producer(Flow.Publisher, int)}
	 */
	public static <E> ProducerStage<E> producer(Flow.Publisher<? extends E> publisher) {
		return producer(publisher, SubscribeOptions.DEFAULT_MAX_DEMAND);
	}

	/**
	 * Creates a producer of what a publisher sends. Each start of the stage subscribes to
	 * the publisher, which may call on any thread. What it sends in quick succession
	 * leaves as one batch.
	 * <p>
	 * The stage completes after the last event. If the publisher fails, or sends more
	 * than was requested, the stage fails with that, after the events before. When the
	 * stage stops or drains, it cancels; what the publisher had not sent by then is not
	 * asked for any more.
	 * @param publisher the publisher
	 * @param maxRequested the most events that are requested and have not come, at least
	 * 1. A publisher that works and sends within {@code request}, on the thread of the
	 * stage, holds up the first of so many events until it has sent the last
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> ProducerStage<E> producer(Flow.Publisher<? extends E> publisher, int maxRequested) {
		return new PublisherProducer<>(publisher, maxRequested);
	}

	/**
	 * Creates a consumer that hands its events to a subscriber, which gets its
	 * subscription on the thread that starts the stage and all else on threads of the
	 * stage, one call at a time. The stage can be started once.
	 * <p>
	 * If it has several producers, each of them is asked for all that is requested; what
	 * they send in common beyond that, at most the {@code maxDemand} of each, waits in
	 * the stage. When the subscriber cancels, the stage stops with
	 * {@link io.genstage.ExitReason#NORMAL}. When the stage stops for another reason, the
	 * subscriber gets {@code onComplete} or {@code onError}, as with a
	 * {@linkplain #publisher(StageSystem, StageRef, SubscribeOptions) publisher}. It
	 * stops when one of its producers has ended and the cancel mode says so, when a
	 * pipeline drains it, and when the last producer has gone if all of them came to a
	 * clean end.
	 * @param subscriber the subscriber; if it throws, the stage fails
	 * @param <E> the type of the events
	 * @return the consumer
	 */
	public static <E> ConsumerStage<E> consumer(Flow.Subscriber<? super E> subscriber) {
		return new SubscriberConsumer<>(subscriber);
	}

	/**
	 * Starts a stage as a processor, with the default options.
	 * @param system where the stage is started
	 * @param name the stage's name
	 * @param stage the stage
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the processor, as
	 * {@link #processor(StageSystem, String, ProducerConsumerStage, StageOptions, SubscribeOptions)}
	 */
	public static <I, O> Flow.Processor<I, O> processor(StageSystem system, String name,
			ProducerConsumerStage<I, O> stage) {
		return processor(system, name, stage, StageOptions.defaults(), SubscribeOptions.defaults());
	}

	/**
	 * Starts a stage as a processor: it gets the events of the publisher that the
	 * processor is subscribed to and publishes what it makes of them. A second stage, its
	 * name followed by {@code " input"}, stands for that publisher.
	 * <p>
	 * The end of the publisher reaches the subscribers when all is handled. When the
	 * stage stops, or the last subscriber has cancelled, the publisher is cancelled and
	 * both stages are gone. A processor that nobody ever subscribes to lives as long as
	 * its publisher or its system.
	 * @param system where the stage is started
	 * @param name the stage's name, unique among the running stages
	 * @param stage the stage
	 * @param options what differs from the defaults, such as a dispatcher that broadcasts
	 * @param input how many events to request of the publisher in advance
	 * ({@code maxDemand}); the cancel mode is ignored
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the processor
	 * @throws io.genstage.StageStartException if the stage can't start
	 * @throws IllegalArgumentException if a name is taken or not a good one
	 */
	public static <I, O> Flow.Processor<I, O> processor(StageSystem system, String name,
			ProducerConsumerStage<I, O> stage, StageOptions options, SubscribeOptions input) {
		return StageProcessor.start(system, name, stage, options, input);
	}

}
