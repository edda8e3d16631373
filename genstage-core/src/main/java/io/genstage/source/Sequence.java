package io.genstage.source;

import java.util.List;
import java.util.function.Function;

import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the elements of a sequence, which may be lazy and without an end. It
 * reads exactly as many as are asked for, so it notices the end of the sequence by the
 * demand after the last element. Then it completes.
 * <p>
 * Collections and arrays are read by the stage itself. A sequence whose elements may let
 * it wait, as a stream with steps or an iterator does, is read beside it, on its executor
 * and by one thread at a time: what has been read goes on its way within a millisecond or
 * two while the next element blocks, and the stage can be drained and stopped meanwhile.
 * A drain waits for the element that is being read, and interrupts that after a second; a
 * stage that stops otherwise interrupts it at once. What has been read and can't be
 * handed on is discarded, which is logged and counted. The sequence is closed when the
 * stage has stopped and nobody reads it any more.
 * <p>
 * Source: {@code GenStage.from_enumerable/2}.
 *
 * @param <E> the type of the events
 * @see Sources#iterable
 * @see Sources#iterator
 * @see Sources#stream
 */
public final class Sequence<E> extends DeferredProducer<E> {

	private final Function<? super StageContext, Elements<E>> opener;

	private final boolean stopsWhenUnsubscribed;

	private @Nullable StageContext context;

	private int subscribers;

	/**
	 * A sequence doesn't know where it stopped: started again, it would repeat itself.
	 */
	private Sequence(Function<? super StageContext, Elements<E>> opener, boolean stopsWhenUnsubscribed) {
		super((context) -> producer(opener.apply(context)), false);
		this.opener = opener;
		this.stopsWhenUnsubscribed = stopsWhenUnsubscribed;
	}

	static <E> Sequence<E> of(Function<? super StageContext, Elements<E>> opener) {
		return new Sequence<>(opener, false);
	}

	private static <E> ProducerStage<E> producer(Elements<E> elements) {
		return elements.isReady() ? Sources.pulling(new IteratorSupply<>(elements)) : new ReadingProducer<>(elements);
	}

	/**
	 * Returns this sequence as a producer that stops with {@link ExitReason#NORMAL} when
	 * the last of its subscribers has left. By default it goes on and waits for others.
	 * <p>
	 * Such a stage is best started holding its demand, or it may end between its first
	 * and its second subscriber.
	 * <p>
	 * Source: {@code on_cancel: :stop}.
	 * @return the changed producer, to be started in the place of this one
	 */
	public Sequence<E> stoppingWhenUnsubscribed() {
		return new Sequence<>(this.opener, true);
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.context = context;
		this.subscribers = 0;
		super.onStart(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		this.subscribers++;
		super.onSubscribe(peer, subscription);
	}

	@Override
	public List<E> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		this.subscribers--;
		if (this.stopsWhenUnsubscribed && this.subscribers == 0 && this.context != null) {
			// Looked at again later: a subscriber that is replaced has its successor by
			// then.
			this.context.self().tell(Departure.LAST);
		}
		return super.onCancel(subscription, cancellation);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		if (message != Departure.LAST) {
			return super.onInfo(message);
		}
		if (this.subscribers == 0 && this.context != null) {
			this.context.stop(ExitReason.NORMAL);
		}
		return List.of();
	}

	/**
	 * The message to itself.
	 */
	private enum Departure {

		LAST

	}

}
