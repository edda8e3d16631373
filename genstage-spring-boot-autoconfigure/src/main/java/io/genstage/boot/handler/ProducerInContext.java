package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer whose source is made when it starts, since it wants the context.
 */
public final class ProducerInContext implements ProducerStage<Object> {

	private final Function<StageContext, ProducerStage<Object>> source;

	private final boolean restartable;

	/** Any thread looks at it for the status. */
	private volatile @Nullable ProducerStage<Object> started;

	/**
	 * Creates a producer.
	 * @param source makes what gets all callbacks
	 * @param restartable whether such sources go on where they were; known before the
	 * first of them is made
	 */
	public ProducerInContext(Function<StageContext, ProducerStage<Object>> source, boolean restartable) {
		this.source = source;
		this.restartable = restartable;
	}

	@Override
	public boolean isRestartable() {
		return this.restartable;
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		ProducerStage<Object> starting = this.source.apply(context);
		this.started = starting;
		starting.onStart(context);
	}

	@Override
	public List<Object> handleDemand(long demand) throws Exception {
		return started().handleDemand(demand);
	}

	@Override
	public long withdrawDemand(long demand) throws Exception {
		return started().withdrawDemand(demand);
	}

	@Override
	public List<Object> onInfo(Object message) throws Exception {
		return started().onInfo(message);
	}

	@Override
	public List<Object> onCall(Object request, Caller caller) throws Exception {
		return started().onCall(request, caller);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		started().onSubscribe(peer, subscription);
	}

	@Override
	public List<Object> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		return started().onCancel(subscription, cancellation);
	}

	@Override
	public boolean onDiscard(List<Object> events) throws Exception {
		return started().onDiscard(events);
	}

	@Override
	public long backlog() {
		ProducerStage<Object> current = this.started;
		return (current != null) ? current.backlog() : 0;
	}

	@Override
	public void onFlush() throws Exception {
		started().onFlush();
	}

	@Override
	public boolean onDrainBegin(StageContext context) throws Exception {
		return started().onDrainBegin(context);
	}

	@Override
	public void onConsumersGone(@Nullable ExitReason cause) throws Exception {
		started().onConsumersGone(cause);
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
		started().onDrain(context);
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		started().onStop(reason);
	}

	private ProducerStage<Object> started() {
		return Objects.requireNonNull(this.started, "not started");
	}

}
