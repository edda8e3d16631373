package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.genstage.delivery.Outcome;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Several listeners as one, which never throws.
 */
final class StageListeners implements StageListener {

	private static final System.Logger logger = StageLog.of(StageListeners.class);

	private final List<StageListener> listeners;

	private StageListeners(List<StageListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Joins listeners with the one that writes into flight recordings. Without any,
	 * nothing is done for each event that is handled.
	 */
	static StageListener of(List<StageListener> listeners) {
		StageListener flight = new FlightListener();
		return listeners.isEmpty() ? flight : join(flight, listeners);
	}

	/** Puts a listener before others. */
	static StageListener join(StageListener first, List<StageListener> others) {
		List<StageListener> all = new ArrayList<>(others);
		all.add(0, first);
		return new StageListeners(all);
	}

	@Override
	public void onStart(StageRef stage) {
		tell((listener) -> listener.onStart(stage));
	}

	@Override
	public void onStop(StageRef stage, ExitReason reason) {
		tell((listener) -> listener.onStop(stage, reason));
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		tell((listener) -> listener.onSubscribe(peer, subscription));
	}

	@Override
	public void onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
		tell((listener) -> listener.onCancel(peer, subscription, cancellation));
	}

	@Override
	public void onAsk(Subscription subscription, long demand) {
		tell((listener) -> listener.onAsk(subscription, demand));
	}

	@Override
	public void onSend(Subscription subscription, int events) {
		tell((listener) -> listener.onSend(subscription, events));
	}

	@Override
	public void onHandle(Subscription subscription, List<?> events) {
		tell((listener) -> listener.onHandle(subscription, events));
	}

	@Override
	public void onEmit(StageRef stage, List<?> events) {
		tell((listener) -> listener.onEmit(stage, events));
	}

	@Override
	public void onRetry(StageRef stage, FailedEvent failed, Duration delay) {
		tell((listener) -> listener.onRetry(stage, failed, delay));
	}

	@Override
	public void onGiveUp(StageRef stage, FailedEvent failed, Outcome outcome) {
		tell((listener) -> listener.onGiveUp(stage, failed, outcome));
	}

	@Override
	public void onOutage(StageRef stage, @Nullable Throwable failure) {
		tell((listener) -> listener.onOutage(stage, failure));
	}

	@Override
	public void onOverdue(StageRef stage, Overdue overdue) {
		tell((listener) -> listener.onOverdue(stage, overdue));
	}

	@Override
	public void onDiscard(StageRef stage, Discard discard) {
		tell((listener) -> listener.onDiscard(stage, discard));
	}

	private void tell(Consumer<StageListener> event) {
		for (StageListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (Throwable ex) {
				logger.log(Level.WARNING, () -> "listener %s failed".formatted(listener.getClass().getName()), ex);
			}
		}
	}

}
