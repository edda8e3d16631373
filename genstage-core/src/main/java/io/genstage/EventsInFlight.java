package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import io.genstage.account.Activity;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Verdict;
import io.genstage.failure.Attempting.Answered;
import io.genstage.intake.InFlightEvent;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Begins events whose handler returns a future, and finishes them when that is complete.
 *
 * @param <E> the type of the events
 */
final class EventsInFlight<E> {

	private final StageActor stage;

	private final Handler<E> handler;

	private final HandlerCalls<E> calls;

	private final Settlements<E> settlements;

	private final LeftEvents<E> left;

	private final FutureSteps steps;

	/** Whether the stage tries again what has failed. */
	private final boolean retries;

	EventsInFlight(StageActor stage, StageOptions options, Handler<E> handler, HandlerCalls<E> calls,
			Settlements<E> settlements, LeftEvents<E> left, FutureSteps steps) {
		this.stage = stage;
		this.handler = handler;
		this.calls = calls;
		this.settlements = settlements;
		this.left = left;
		this.steps = steps;
		this.retries = options.failure() != null;
	}

	/**
	 * Begins an event.
	 * @param attempt which attempt this is
	 * @param answered called in a turn when its work is over
	 */
	void begin(OpenSubscription link, E event, InFlightEvent<E> inFlight, int attempt, Answered answered)
			throws Exception {
		if (this.calls.account() != null) {
			this.calls.account().enter(Activity.HANDLING);
			inFlight.beginsAt(this.calls.account().moment());
		}
		Begun<E> begun = new Begun<>(link, event, this.settlements.seen(event), this.calls.watch(event, attempt));
		if (this.handler.acknowledges()) {
			beginAcknowledged(begun,
					new AcknowledgedAttempt(attempt, this.stage, Settlements.delivery(event), inFlight::extend),
					inFlight, answered);
		}
		else {
			begin(begun, inFlight, answered);
		}
	}

	private void begin(Begun<E> begun, InFlightEvent<E> inFlight, Answered answered) throws Exception {
		if (this.settlements.areSeen()) {
			// If it can't be begun.
			inFlight.onStop(() -> {
				this.settlements.close(begun.seen(), false);
				return false;
			});
		}
		CompletableFuture<?> future = call(begun, this.retries, () -> this.handler.begin(begun.seen(), begun.link()));
		inFlight.onStop(() -> {
			future.cancel(true);
			stop(begun);
			return false;
		});
		CompletableFuture<?> limited = limited(future);
		inFlight.begins();
		this.steps.whenDone(limited, () -> {
			inFlight.ends();
			if (!future.isDone()) {
				future.cancel(true);
			}
			conclude(begun, limited, () -> false, inFlight, answered);
		});
	}

	/** What fails here may have been settled before. */
	private void beginAcknowledged(Begun<E> begun, AcknowledgedAttempt attempt, InFlightEvent<E> inFlight,
			Answered answered) throws Exception {
		inFlight.onStop(() -> {
			stop(begun);
			return attempt.stop();
		});
		inFlight.begins();
		CompletableFuture<?> called = call(begun, true,
				() -> this.handler.begin(begun.seen(), attempt.acknowledgement(), begun.link()));
		CompletableFuture<?> future = attempt.end(called, this.calls.timeout());
		this.steps.whenDone(future, () -> {
			inFlight.ends();
			conclude(begun, future, attempt::isAccepted, inFlight, answered);
		});
	}

	/**
	 * Calls the handler.
	 * @param catches whether what it throws concerns the event only
	 * @return the work that it has begun
	 */
	private CompletableFuture<?> call(Begun<E> begun, boolean catches, Callable<@Nullable CompletionStage<?>> call)
			throws Exception {
		this.calls.begin();
		try {
			this.calls.injectFault(Settlements.payloadOf(begun.seen()));
			return futureInTime(call.call());
		}
		catch (Throwable ex) {
			if (!catches || !(ex instanceof Exception)) {
				begun.watched().end(ex);
				throw ex;
			}
			return CompletableFuture.failedFuture(this.calls.endsLate() ? this.calls.lateFailure(ex) : ex);
		}
		finally {
			this.calls.end();
			begun.watched().leave();
		}
	}

	/** The stage has stopped before the event was finished. */
	private void stop(Begun<E> begun) {
		this.settlements.close(begun.seen(), false);
		begun.watched().end(new CancellationException("the stage has stopped"));
	}

	/** Returns a future that fails when the time of an attempt is over. */
	private CompletableFuture<?> limited(CompletableFuture<?> future) {
		Duration limit = this.calls.timeout();
		if (limit == null || future.isDone()) {
			return future;
		}
		CompletableFuture<@Nullable Object> limited = new CompletableFuture<>();
		StageScheduler.Timer timer = this.stage.scheduler()
			.schedule(limit, () -> limited.completeExceptionally(TimedCall.failure(this.stage.name(), limit, null)));
		CompletionStage<?> unused = future.whenComplete((value, failure) -> {
			timer.cancel();
			if (failure != null) {
				limited.completeExceptionally(failure);
			}
			else if (!limited.complete(value)) {
				this.stage.countLate();
			}
		});
		return limited;
	}

	/**
	 * Returns the future of a call, which has failed if the call itself took too long.
	 */
	private CompletableFuture<?> futureInTime(@Nullable CompletionStage<?> begun) {
		if (begun == null) {
			throw new IllegalStateException(
					"stage '%s' returned null for an event: return a future".formatted(this.stage.name()));
		}
		CompletableFuture<?> future = begun.toCompletableFuture();
		this.stage.self().refuseToFollow(future);
		if (this.calls.endsLate()) {
			future.cancel(true);
			return CompletableFuture.failedFuture(this.calls.lateFailure(null));
		}
		return future;
	}

	/**
	 * The work for an event is over.
	 * @param accepted returns whether it is done, whatever its results are
	 */
	private void conclude(Begun<E> begun, CompletableFuture<?> work, BooleanSupplier accepted,
			InFlightEvent<E> inFlight, Answered answered) throws Exception {
		begun.watched().end(work);
		Exception failure = this.retries ? FutureSteps.failureOf(work) : null;
		this.calls.failed(failure);
		if (failure == null) {
			if (this.calls.account() != null) {
				this.calls.account().attempted(inFlight.began());
			}
			inFlight.complete(() -> finish(begun, work, accepted));
		}
		else {
			this.settlements.close(begun.seen(), false);
		}
		answered.answered(failure);
	}

	private void finish(Begun<E> begun, CompletableFuture<?> work, BooleanSupplier accepted) throws Exception {
		Emission made;
		Object result;
		try {
			result = FutureSteps.valueOf(work);
			made = this.handler.emission(result);
		}
		catch (Exception | Error ex) {
			this.settlements.close(begun.seen(), false);
			if (accepted.getAsBoolean()) {
				count(begun);
			}
			else {
				this.left.add(begun.link(), List.of(begun.event()));
			}
			throw ex;
		}
		this.settlements.close(begun.seen(), true);
		count(begun);
		Delivery<?> delivery = Settlements.delivery(begun.event());
		if (delivery != null && !delivery.isHandled() && result instanceof Outcome outcome
				&& outcome != Outcome.ACCEPTED) {
			delivery.settle(handedOn(outcome));
			return;
		}
		// What is settled already has no children.
		List<Delivery<?>> open = (delivery != null && !delivery.isSettled()) ? List.of(delivery) : List.of();
		this.settlements.emit(made, open, begun.watched().observed());
	}

	private void count(Begun<E> begun) {
		this.stage.countIn(begun.link(), List.of(Settlements.payloadOf(begun.event())));
	}

	/** The outcome of what was sent elsewhere is that of the event it was made from. */
	private static Verdict handedOn(Outcome outcome) {
		String reason = "so was an event that was made from it";
		return switch (outcome) {
			case ACCEPTED -> Verdict.accepted();
			case HANDED_OVER -> Verdict.handedOver(reason);
			case SKIPPED -> Verdict.skipped(reason);
			case DEAD_LETTERED -> Verdict.deadLettered(reason, null);
			case FAILED -> Verdict.failed(reason, null);
		};
	}

	/**
	 * An event that is begun.
	 *
	 * @param seen what the handler gets of it
	 */
	private record Begun<E>(OpenSubscription link, E event, E seen, WatchedCall watched) {
	}

}
