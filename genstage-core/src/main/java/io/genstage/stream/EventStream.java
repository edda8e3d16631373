package io.genstage.stream;

import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.genstage.CancelMode;
import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import org.jspecify.annotations.Nullable;

/**
 * The events of one or several producers for ordinary code, which pulls them: in a loop,
 * or as a {@link Stream}.
 *
 * <pre>{@code
 * try (EventStream<Integer> numbers = EventStream.in(system)) {
 *     numbers.subscribeTo(counter, SubscribeOptions.defaults().withMaxDemand(10));
 *     for (int number : numbers) {
 *         if (number > 100) {
 *             break;
 *         }
 *     }
 * }
 * }</pre>
 *
 * Nothing happens before the first element is wanted. Then the stream starts a consumer
 * of its own, named {@code event-stream-} and a number, which subscribes and asks each
 * producer for {@code maxDemand} events. The next ask follows when the reader comes back
 * for an element after a batch of {@code maxDemand - minDemand}.
 * <p>
 * The stream ends when none of its producers are left. Whether it may go on without one
 * that has ended is said by the {@link CancelMode} of its subscription; if it may not,
 * the reader gets an {@link EventStreamException}, behind the events that came before.
 * <p>
 * A stream is read once, by one thread at a time, which waits for events. Who stops
 * reading early must {@linkplain #close() close} it. An interrupt of the reader ends the
 * stream too.
 * <p>
 * Source: {@code GenStage.stream/2}.
 *
 * @param <E> the type of the events
 */
public final class EventStream<E> implements Iterable<E>, AutoCloseable {

	/*
	 * A source is requested before the stage is looked for, and the stage is known before
	 * it is asked to look at the requests once more. So one or the other side sees to a
	 * source that is requested while the stream starts.
	 */

	private static final AtomicLong streams = new AtomicLong();

	private final StageSystem system;

	private final Handover<E> handover = new Handover<>();

	private final AtomicBoolean isRead = new AtomicBoolean();

	private Release release = new Release(DemandMode.FORWARD, List.of());

	private volatile @Nullable StageRef stage;

	private EventStream(StageSystem system) {
		this.system = system;
	}

	/**
	 * Creates a stream without producers.
	 * @param system where the producers live
	 * @param <E> the type of the events
	 * @return a new stream
	 */
	public static <E> EventStream<E> in(StageSystem system) {
		return new EventStream<>(system);
	}

	/**
	 * Adds a producer, by any thread and also while the stream is read.
	 * @param producer the stage to get events from
	 * @param options the demand and the cancel mode
	 * @return this stream
	 * @throws IllegalArgumentException if demand is manual, or the stage is a consumer
	 * @throws IllegalStateException if the stream has ended
	 */
	public EventStream<E> subscribeTo(StageRef producer, SubscribeOptions options) {
		return subscribeTo(Source.of(producer, options));
	}

	/**
	 * Adds the producer that runs under a name when the stream subscribes. If there is
	 * none, the stream fails with {@link ExitReason#NO_STAGE}, unless the cancel mode is
	 * {@link CancelMode#TEMPORARY}.
	 * @param producer the name of the stage to get events from
	 * @param options the demand and the cancel mode
	 * @return this stream
	 * @throws IllegalArgumentException if demand is manual, or the name is that of a
	 * consumer
	 * @throws IllegalStateException if the stream has ended
	 */
	public EventStream<E> subscribeTo(String producer, SubscribeOptions options) {
		return subscribeTo(Source.named(producer, this.system, options));
	}

	private EventStream<E> subscribeTo(Source source) {
		// Looked for again when it is subscribed to; but a mistake is reported here.
		source.find();
		this.handover.request(source);
		StageRef stage = this.stage;
		if (stage != null) {
			stage.tell(StreamConsumer.Step.SUBSCRIBE);
		}
		return this;
	}

	/**
	 * Says which demand mode to set, once the stream has subscribed to its first
	 * producers and asked them. By default these producers are set to
	 * {@link DemandMode#FORWARD}. To be called before the stream is read.
	 * @param mode the mode
	 * @param stages the stages to set it on instead, such as the producers behind a
	 * producer-consumer; none for the producers of this stream
	 * @return this stream
	 */
	public EventStream<E> demand(DemandMode mode, StageRef... stages) {
		this.release = new Release(mode, List.of(stages));
		return this;
	}

	/**
	 * Returns the events, which are subscribed to when the first one is wanted. The
	 * iterator throws {@link EventStreamException} if the stream fails or the thread is
	 * interrupted, whose interrupt flag stays set, and {@link IllegalStateException} if
	 * the stream was closed; then nothing of the stream is left.
	 * @return the iterator, for one thread at a time
	 * @throws IllegalStateException if the stream is read already
	 */
	@Override
	public Iterator<E> iterator() {
		if (this.isRead.getAndSet(true)) {
			throw new IllegalStateException("an event stream can be read only once: create another one");
		}
		return new EventIterator<>(this::fetch);
	}

	/**
	 * Returns the events as a sequential stream, which closes this one when it is closed.
	 * It fails as the {@linkplain #iterator() iterator} does.
	 * @return the stream, to be used in a {@code try} block
	 * @throws IllegalStateException if the stream is read already
	 */
	public Stream<E> stream() {
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL), false)
			.onClose(this::close);
	}

	/** Waits for the next events; null at the end. */
	private @Nullable Portion<E> fetch() {
		try {
			start();
			Portion<E> delivery = this.handover.take();
			StageRef reporting = this.stage;
			if (delivery == null) {
				leave();
			}
			else if (reporting != null) {
				reporting.tell(StreamConsumer.Step.TAKEN);
			}
			return delivery;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			close();
			throw new EventStreamException("interrupted while waiting for events", ExitReason.failure(ex));
		}
		catch (RuntimeException ex) {
			leave();
			throw ex;
		}
	}

	private void start() {
		if (this.stage != null || this.handover.isEnded()) {
			return;
		}
		try {
			StageRef started = this.system.start("event-stream-" + streams.incrementAndGet(),
					new StreamConsumer<>(this.handover, this.release));
			this.stage = started;
			started.tell(StreamConsumer.Step.SUBSCRIBE);
		}
		catch (RuntimeException ex) {
			this.handover.fail(() -> ex);
			throw ex;
		}
	}

	/**
	 * Ends the stream: cancels its subscriptions with {@link ExitReason#NORMAL} and waits
	 * until its producers have confirmed that. Events that were sent are discarded, but
	 * for the message that the reader has begun. A reader that waits on another thread
	 * fails. Has no effect on a stream that has ended.
	 * <p>
	 * A producer can't confirm while it is in a callback. If the thread is interrupted,
	 * nothing is waited for any more. Not to be called by one of the producers.
	 */
	@Override
	public void close() {
		this.handover.close(() -> new IllegalStateException("the event stream is closed"));
		leave();
	}

	/** Returns when the stage is gone, and with it all that it had subscribed to. */
	private void leave() {
		StageRef leaving = this.stage;
		if (leaving == null) {
			return;
		}
		leaving.tell(StreamConsumer.Step.LEAVE);
		try {
			leaving.whenStopped().toCompletableFuture().get();
		}
		catch (InterruptedException ex) {
			// A stage that stops waits for nobody: it notifies its producers that it is
			// gone.
			leaving.stop(ExitReason.NORMAL).toCompletableFuture().join();
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("the end of a stage can't fail", ex);
		}
	}

}
