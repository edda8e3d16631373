package io.genstage.source;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer whose callbacks are those of another one, which is made when it starts.
 *
 * @param <E> the type of the events
 */
class DeferredProducer<E> implements ProducerStage<E> {

	private final Function<? super StageContext, ? extends ProducerStage<E>> source;

	private final boolean restartable;

	/** Any thread looks at it for the status. */
	private volatile @Nullable ProducerStage<E> started;

	/**
	 * Creates a producer.
	 * @param source makes what gets all callbacks
	 * @param restartable whether what is made goes on where the one before it was; known
	 * before the first of them is made
	 */
	DeferredProducer(Function<? super StageContext, ? extends ProducerStage<E>> source, boolean restartable) {
		this.source = source;
		this.restartable = restartable;
	}

	@Override
	public final boolean isRestartable() {
		return this.restartable;
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		ProducerStage<E> starting = this.source.apply(context);
		this.started = starting;
		starting.onStart(context);
	}

	@Override
	public final List<E> handleDemand(long demand) throws Exception {
		return started().handleDemand(demand);
	}

	@Override
	public final long withdrawDemand(long demand) throws Exception {
		return started().withdrawDemand(demand);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		return started().onInfo(message);
	}

	@Override
	public final List<E> onCall(Object request, Caller caller) throws Exception {
		return started().onCall(request, caller);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		started().onSubscribe(peer, subscription);
	}

	@Override
	public List<E> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		return started().onCancel(subscription, cancellation);
	}

	@Override
	public final boolean onDiscard(List<E> events) throws Exception {
		return started().onDiscard(events);
	}

	@Override
	public final OptionalLong arrivals() {
		ProducerStage<E> current = this.started;
		return (current != null) ? current.arrivals() : OptionalLong.empty();
	}

	@Override
	public final @Nullable SourceProgress progress() {
		ProducerStage<E> current = this.started;
		return (current != null) ? current.progress() : null;
	}

	@Override
	public final long backlog() {
		ProducerStage<E> current = this.started;
		return (current != null) ? current.backlog() : 0;
	}

	@Override
	public final void onFlush() throws Exception {
		started().onFlush();
	}

	@Override
	public final boolean onDrainBegin(StageContext context) throws Exception {
		return started().onDrainBegin(context);
	}

	@Override
	public final void onConsumersGone(@Nullable ExitReason cause) throws Exception {
		started().onConsumersGone(cause);
	}

	@Override
	public final void onDrain(StageContext context) throws Exception {
		started().onDrain(context);
	}

	@Override
	public final void onStop(ExitReason reason) throws Exception {
		started().onStop(reason);
	}

	private ProducerStage<E> started() {
		ProducerStage<E> current = this.started;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

}
