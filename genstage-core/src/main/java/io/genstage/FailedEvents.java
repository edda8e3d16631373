package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.genstage.delivery.Answer;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.HeldRetry;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Verdict;
import io.genstage.failure.Aftermath;
import io.genstage.failure.Attempting.Answered;
import io.genstage.failure.Decision;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailedAttempt;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailuresDecider;
import io.genstage.failure.RetryAfterException;
import io.genstage.intake.Inlet;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of events of a stage that fail: who decides about them, and the last word
 * that they get.
 *
 * @param <E> the type of the events
 */
final class FailedEvents<E> implements Aftermath<E> {

	private static final System.Logger logger = StageLog.of(FailedEvents.class);

	/** What is older is not told apart. */
	private static final Duration OLDEST = Duration.ofDays(36_500);

	private final InstantSource time = InstantSource.system();

	private final StageActor stage;

	private final HandlingSite<E> site;

	private final FutureSteps steps;

	private final Burial burial;

	FailedEvents(StageActor stage, StageOptions options, HandlingSite<E> site, FutureSteps steps) {
		this.stage = stage;
		this.site = site;
		this.steps = steps;
		this.burial = new Burial(stage, options);
	}

	/** Returns what a handler could have thrown to say the same. */
	static Throwable failureOf(Answer answer) {
		if (answer.kind() == Answer.Kind.RETRY) {
			return new RetryAfterException(answer.delay());
		}
		if (answer.kind() == Answer.Kind.REJECTED) {
			return new EventRejectedException(Objects.requireNonNullElse(answer.reason(), "rejected"), answer.cause());
		}
		return Objects.requireNonNull(answer.cause());
	}

	@Override
	public Object payload(E event) {
		return Delivery.payload(event);
	}

	@Override
	public boolean isAcknowledged(E event) {
		return event instanceof Delivery<?> delivery && delivery.hasSource();
	}

	@Override
	public Decision decide(FailureDecider decider, E event, Throwable cause, int attempts) {
		try {
			return Objects.requireNonNull(decider.decide(payload(event), cause, attempts),
					"a decider must not return null");
		}
		catch (Exception ex) {
			decidesNothing(ex);
			return Decision.byPolicy();
		}
	}

	@Override
	public List<Decision> decide(FailuresDecider decider, List<FailedAttempt<?>> failed) {
		try {
			List<Decision> decisions = List
				.copyOf(Objects.requireNonNull(decider.decideAll(failed), "a decider must not return null"));
			if (decisions.size() != failed.size()) {
				throw new IllegalStateException("expected %d decisions, one for each event that has failed, but got %d"
					.formatted(failed.size(), decisions.size()));
			}
			return decisions;
		}
		catch (Exception ex) {
			decidesNothing(ex);
			return Collections.nCopies(failed.size(), Decision.byPolicy());
		}
	}

	private void decidesNothing(Exception failure) {
		logger.log(Level.ERROR, () -> "stage '%s': the failure decider has failed, and the policy decides instead"
			.formatted(this.stage.name()), failure);
	}

	@Override
	public void retries(Ending<E> ending, Duration delay) {
		this.stage.countRetry(failed(ending), delay);
	}

	@Override
	public @Nullable Earlier earlier(E event) {
		HeldRetry held = (event instanceof Delivery<?> delivery) ? delivery.heldRetry() : null;
		if (held == null || !held.stage().equals(this.burial.stageName())) {
			return null;
		}
		Duration age = Duration.between(held.firstFailedAt(), this.time.instant());
		long nanos = age.isNegative() ? 0 : ((age.compareTo(OLDEST) < 0) ? age : OLDEST).toNanos();
		return new Earlier(held.attempts(), this.stage.nanoTime() - nanos);
	}

	@Override
	public Keeping keeping(E event) {
		if (!(event instanceof Delivery<?> delivery) || this.burial.stageName().length() > HeldRetry.MAX_STAGE
				|| !delivery.isKeptForRetries()) {
			return Keeping.NEVER;
		}
		return delivery.isMadeInFull() ? Keeping.KEEPS : Keeping.LATER;
	}

	@Override
	public void giveBack(Ending<E> ending, Duration delay) {
		Delivery<?> delivery = Objects.requireNonNull(Settlements.delivery(ending.event()), "it has no source");
		Duration age = Duration.ofNanos(Math.max(this.stage.nanoTime() - ending.firstFailed(), 0));
		HeldRetry retry = new HeldRetry(this.burial.stageName(), Math.max(ending.attempts(), 1),
				this.time.instant().minus(age));
		delivery.settle(Verdict.heldFor(ending.reason(), ending.cause(), retry, delay));
		this.stage.countGivenBack(((Inbound) ending.inlet()).link());
	}

	private FailedEvent failed(Ending<E> ending) {
		Throwable cause = (ending.cause() != null) ? ending.cause() : new EventRejectedException(ending.reason());
		return new FailedEvent(((Inbound) ending.inlet()).link(), payload(ending.event()), ending.attempts(), cause,
				ending.reason());
	}

	@Override
	public void settle(Ending<E> ending, Outcome outcome) {
		OpenSubscription link = ((Inbound) ending.inlet()).link();
		if (outcome == Outcome.FAILED && !isReplayed(ending.event())) {
			Inlet sender = this.site.isNobody(ending.inlet()) ? null : ending.inlet();
			this.site.lost(sender, List.of(ending.event()), ending.reason(), ending.cause());
		}
		else {
			Delivery<?> delivery = Settlements.delivery(ending.event());
			if (delivery != null && !delivery.isHandled()) {
				delivery.settle(verdict(ending, outcome));
			}
			// A replayed event that is failed to the desk keeps its letter.
			this.stage.countGivenUp(link, failed(ending),
					(outcome == Outcome.FAILED) ? Outcome.DEAD_LETTERED : outcome);
		}
	}

	private Verdict verdict(Ending<E> ending, Outcome outcome) {
		return switch (outcome) {
			case SKIPPED -> Verdict.skipped(ending.reason());
			case FAILED -> Verdict.failed(ending.reason(), ending.cause());
			default -> Verdict.deadLettered(ending.reason(), ending.cause());
		};
	}

	@Override
	public void bury(Ending<E> ending, Answered answered) throws Exception {
		Delivery<?> open = open(ending);
		if (isFailedInstead(open)) {
			settle(ending, Outcome.FAILED);
			answered.answered(null);
			return;
		}
		CompletableFuture<?> future = this.burial.bury(failed(ending), ending, open);
		this.steps.whenDone(future, () -> buried(ending, future, answered));
	}

	private void buried(Ending<E> ending, CompletableFuture<?> written, Answered answered) throws Exception {
		Exception failure = FutureSteps.failureOf(written);
		end(ending, true, failure);
		answered.answered(failure);
	}

	@Override
	public void follow(Ending<E> ending, Followed answered) throws Exception {
		if (isFailedInstead(open(ending))) {
			settle(ending, Outcome.FAILED);
			answered.answered(true, null);
			return;
		}
		CompletableFuture<Boolean> future = this.burial.follow(failed(ending), ending);
		this.steps.whenDone(future, () -> {
			Exception failure = FutureSteps.failureOf(future);
			boolean kept = failure == null && future.join();
			end(ending, kept, failure);
			answered.answered(kept, failure);
		});
	}

	private @Nullable Delivery<?> open(Ending<E> ending) {
		Delivery<?> delivery = Settlements.delivery(ending.event());
		return (delivery != null && delivery.hasSource()) ? delivery : null;
	}

	/** Returns whether the source of an event gives it again, or keeps it. */
	private boolean isFailedInstead(@Nullable Delivery<?> open) {
		return open != null && (open.isReplayed() || !this.burial.isSafe());
	}

	/** Ends what has become a letter, and reports what could not. */
	private void end(Ending<E> ending, boolean kept, @Nullable Exception failure) {
		if (failure == null) {
			this.burial.buried(ending);
			if (kept) {
				settle(ending, Outcome.DEAD_LETTERED);
			}
		}
		else {
			logger.log(Level.ERROR, () -> "stage '%s' waits, since a dead letter could not be stored; it tries again"
				.formatted(this.stage.name()), failure);
		}
	}

	@Override
	public boolean ordersLetters() {
		return this.burial.ordersLetters();
	}

	@Override
	public boolean mayBeBehind() {
		return this.burial.mayBeBehind();
	}

	@Override
	public boolean isReplayed(E event) {
		return event instanceof Delivery<?> delivery && delivery.isReplayed();
	}

	@Override
	public Turn turn(E event) {
		return isReplayed(event) ? Turn.FREE : this.burial.turn(payload(event));
	}

	@Override
	public void outage(@Nullable Throwable failure) {
		this.stage.noteOutage(failure);
	}

}
