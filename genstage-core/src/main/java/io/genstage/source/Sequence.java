package io.genstage.source;

import java.util.List;
import java.util.function.Supplier;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the elements of a sequence, which may be lazy and without an end. It
 * pulls exactly as many as are asked for, so it notices the end of the sequence by the
 * demand after the last element. Then it completes.
 * <p>
 * Source: {@code GenStage.from_enumerable/2}.
 *
 * @param <E> the type of the events
 * @see Sources#iterable
 * @see Sources#iterator
 * @see Sources#stream
 */
public final class Sequence<E> implements ProducerStage<E> {

	private final Supplier<IteratorSupply<E>> supplies;

	private final boolean stopsWhenUnsubscribed;

	private final ProducerStage<E> elements;

	private @Nullable StageContext context;

	private int subscribers;

	private Sequence(Supplier<IteratorSupply<E>> supplies, boolean stopsWhenUnsubscribed) {
		this.supplies = supplies;
		this.stopsWhenUnsubscribed = stopsWhenUnsubscribed;
		this.elements = Sources.pulling(supplies.get());
	}

	static <E> Sequence<E> of(Supplier<IteratorSupply<E>> supplies) {
		return new Sequence<>(supplies, false);
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
		return new Sequence<>(this.supplies, true);
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.context = context;
		this.subscribers = 0;
		this.elements.onStart(context);
	}

	/**
	 * A sequence doesn't know where it stopped: started again, it would repeat itself.
	 */
	@Override
	public boolean isRestartable() {
		return this.elements.isRestartable();
	}

	@Override
	public List<E> handleDemand(long demand) throws Exception {
		return this.elements.handleDemand(demand);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		this.subscribers++;
		this.elements.onSubscribe(peer, subscription);
	}

	@Override
	public List<E> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		this.subscribers--;
		if (this.stopsWhenUnsubscribed && this.subscribers == 0 && this.context != null) {
			// Looked at again later: a subscriber that is replaced has its successor by
			// then.
			this.context.self().tell(Departure.LAST);
		}
		return this.elements.onCancel(subscription, cancellation);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		if (message != Departure.LAST) {
			return this.elements.onInfo(message);
		}
		if (this.subscribers == 0 && this.context != null) {
			this.context.stop(ExitReason.NORMAL);
		}
		return List.of();
	}

	@Override
	public List<E> onCall(Object request, Caller caller) throws Exception {
		return this.elements.onCall(request, caller);
	}

	@Override
	public boolean onDiscard(int count) throws Exception {
		return this.elements.onDiscard(count);
	}

	@Override
	public long withdrawDemand(long demand) throws Exception {
		return this.elements.withdrawDemand(demand);
	}

	@Override
	public void onFlush() throws Exception {
		this.elements.onFlush();
	}

	@Override
	public boolean onDrainBegin(StageContext context) throws Exception {
		return this.elements.onDrainBegin(context);
	}

	@Override
	public void onConsumersGone(@Nullable ExitReason cause) throws Exception {
		this.elements.onConsumersGone(cause);
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
		this.elements.onDrain(context);
	}

	@Override
	public long backlog() {
		return this.elements.backlog();
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		this.elements.onStop(reason);
	}

	/**
	 * The message to itself.
	 */
	private enum Departure {

		LAST

	}

}
