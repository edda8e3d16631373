package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Answer;
import io.genstage.delivery.AttemptAcknowledgement;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.SourceHint;
import io.genstage.delivery.Verdict;
import io.genstage.log.StageLog;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One attempt with an event that its stage settles itself. It is over when the stage has
 * settled the event and its call is over as well.
 */
final class AcknowledgedAttempt implements AttemptAcknowledgement.Target {

	private static final System.Logger logger = StageLog.of(AcknowledgedAttempt.class);

	/** Nobody waits for longer, and no number of nanoseconds is too large for it. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final StageActor stage;

	/** Null if the event came without one. */
	private final @Nullable Delivery<?> delivery;

	private final AttemptAcknowledgement acknowledgement;

	/** Complete when the event is accepted; fails with what another attempt follows. */
	private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

	private final LongConsumer extension;

	/** Null until the call has returned. */
	private volatile @Nullable CompletableFuture<?> call;

	/** Whether nobody waits for the call any more. */
	private volatile boolean over;

	/** Up to when the attempt has more time, if the stage has asked for more. */
	private volatile long extendedUntil;

	private volatile boolean extended;

	/**
	 * Creates an attempt.
	 * @param attempt which one it is, at least 1
	 * @param stage the stage
	 * @param delivery that of the event, or null if it came without one
	 * @param extension gets the time up to which the stage asks for more, on any thread
	 */
	AcknowledgedAttempt(int attempt, StageActor stage, @Nullable Delivery<?> delivery, LongConsumer extension) {
		this.stage = stage;
		this.delivery = delivery;
		this.extension = extension;
		this.acknowledgement = new AttemptAcknowledgement(attempt, this);
	}

	Acknowledgement acknowledgement() {
		return this.acknowledgement;
	}

	/**
	 * Waits for the end of the attempt.
	 * @param call the work of the call
	 * @param limit how long the event may be unsettled, unless the stage asks for more
	 * time; null for as long as it takes
	 * @return completes with what the call has led to when the event is accepted; fails
	 * if it is not, or with the call if that was first
	 */
	CompletableFuture<?> end(CompletableFuture<?> call, @Nullable Duration limit) {
		this.call = call;
		CompletableFuture<?> end = call.handle(this::callEnded).thenCombine(this.settled, (value, accepted) -> value);
		if (limit != null && !this.settled.isDone()) {
			limit(limit, limit);
		}
		return end;
	}

	private void limit(Duration limit, Duration rest) {
		StageScheduler.Timer timer = this.stage.scheduler().schedule(rest, () -> timeOver(limit));
		CompletableFuture<?> unused = this.settled.whenComplete((accepted, failure) -> timer.cancel());
	}

	private void timeOver(Duration limit) {
		long more = this.extended ? this.extendedUntil - this.stage.nanoTime() : 0;
		if (more > 0) {
			limit(limit, Duration.ofNanos(more));
		}
		else if (this.acknowledgement.close()) {
			this.over = true;
			hint(this.acknowledgement.hint());
			this.settled.completeExceptionally(TimedCall.failure(this.stage.name(), limit, null));
			cancelCall();
		}
	}

	private void cancelCall() {
		CompletableFuture<?> call = this.call;
		if (call != null) {
			call.cancel(true);
		}
	}

	private @Nullable Object callEnded(@Nullable Object value, @Nullable Throwable failure) {
		if (failure == null) {
			return value;
		}
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (this.acknowledgement.close()) {
			hint(this.acknowledgement.hint());
			this.settled.completeExceptionally(cause);
		}
		else if (!this.over) {
			late();
			logger.log(Level.WARNING,
					() -> "stage '%s' has failed at an event that it had settled before, which changes nothing"
						.formatted(this.stage.name()),
					cause);
		}
		return List.of();
	}

	/**
	 * The stage stops: nothing that is said from now on counts.
	 * @return whether the event had been accepted by then
	 */
	boolean stop() {
		this.over = true;
		if (this.acknowledgement.close()) {
			this.settled.cancel(false);
		}
		cancelCall();
		return this.acknowledgement.isAccepted();
	}

	/** Returns whether the event has been accepted. */
	boolean isAccepted() {
		return this.acknowledgement.isAccepted();
	}

	@Override
	public void settled(Answer answer, @Nullable SourceHint hint) {
		if (answer.kind() == Answer.Kind.ACCEPTED) {
			if (this.delivery != null) {
				this.delivery.settleNow(Verdict.accepted().withHint(hint));
			}
			this.settled.complete(null);
			return;
		}
		hint(hint);
		this.settled.completeExceptionally(FailedEvents.failureOf(answer));
	}

	private void hint(@Nullable SourceHint hint) {
		if (this.delivery != null && hint != null) {
			this.delivery.hint(hint);
		}
	}

	@Override
	public void extended(Duration time) {
		long until = this.stage.nanoTime() + ((time.compareTo(LONGEST) < 0) ? time : LONGEST).toNanos();
		this.extendedUntil = until;
		this.extended = true;
		this.extension.accept(until);
		if (this.delivery != null) {
			this.delivery.extend(until);
		}
	}

	@Override
	public void late() {
		this.stage.countLate();
	}

}
