package io.genstage;

import java.util.List;

import io.genstage.account.TimeAccount;
import io.genstage.delivery.Answer;
import io.genstage.delivery.BatchFailure;
import io.genstage.failure.RetryAfterException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a handler beside the turns of its stage, in a task for each event. Any thread
 * makes them, several at once.
 *
 * @param <E> the type of the events
 */
final class TaskCalls<E> {

	private final StageActor stage;

	private final Handler<E> handler;

	private final HandlerCalls<E> calls;

	private final Settlements<E> settlements;

	/** Whether the stage tries again what has failed. */
	private final boolean retries;

	TaskCalls(StageActor stage, StageOptions options, Handler<E> handler, HandlerCalls<E> calls,
			Settlements<E> settlements) {
		this.stage = stage;
		this.handler = handler;
		this.calls = calls;
		this.settlements = settlements;
		this.retries = options.failure() != null;
	}

	/** Lets the handler have an event. */
	void work(E event, OpenSubscription link, int attempt) throws Exception {
		WatchedCall watched = this.calls.watch(event, attempt);
		TimeAccount account = this.calls.account();
		long began = (account != null) ? account.time() : 0;
		Throwable failure = null;
		try {
			workInTime(event, link);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (account != null && failure == null) {
				account.besideEnded(account.time() - began);
			}
			else if (account != null) {
				account.besideFailed(failure instanceof RetryAfterException);
			}
			watched.end(failure);
		}
	}

	private void workInTime(E event, OpenSubscription link) throws Exception {
		if (this.calls.timeout() == null) {
			call(event, link);
			return;
		}
		TimedCall timed = new TimedCall(this.calls.timeout(), this.stage.scheduler());
		Exception failure = null;
		timed.begin();
		try {
			call(event, link);
		}
		catch (Exception ex) {
			failure = ex;
		}
		finally {
			failure = timed.end() ? timed.failure(this.stage.name(), failure) : failure;
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void call(E event, OpenSubscription link) throws Exception {
		E seen = this.settlements.seen(event);
		boolean handled = false;
		try {
			this.calls.injectFault(Settlements.payloadOf(event));
			if (this.handler.isPerEvent()) {
				this.handler.handleEvent(seen, link);
			}
			else {
				this.handler.handle(List.of(seen), link);
			}
			handled = true;
		}
		catch (BatchFailure ex) {
			Exception failure = this.retries ? failureOfOnly(seen, ex) : ex;
			handled = failure == null;
			if (failure != null) {
				throw failure;
			}
		}
		finally {
			this.settlements.close(seen, handled);
		}
	}

	/** Returns what is said of the only event of a call, or null if it is done. */
	private static @Nullable Exception failureOfOnly(Object event, BatchFailure named) {
		Answer answer = named.answersTo(List.of(event)).each().get(0);
		return switch (answer.kind()) {
			case ACCEPTED -> null;
			case UNTOUCHED -> named;
			default -> (FailedEvents.failureOf(answer) instanceof Exception cause) ? cause : named;
		};
	}

}
