package io.genstage;

import java.time.Duration;

import io.genstage.delivery.Outcome;
import io.genstage.flight.FlightLog;
import org.jspecify.annotations.Nullable;

/**
 * Writes what seldom happens to stages into the flight recordings of the JVM.
 */
final class FlightListener implements StageListener {

	private final FlightLog flight = FlightLog.get();

	@Override
	public void onStart(StageRef stage) {
		this.flight.started(stage.name());
	}

	@Override
	public void onStop(StageRef stage, ExitReason reason) {
		this.flight.stopped(stage.name(), reason.isClean(), StageActor.summary(reason));
	}

	@Override
	public void onRetry(StageRef stage, FailedEvent failed, Duration delay) {
		this.flight.retried(stage.name(), failed.attempts(), delay, failed.cause());
	}

	@Override
	public void onGiveUp(StageRef stage, FailedEvent failed, Outcome outcome) {
		this.flight.givenUp(stage.name(), outcome.name(), failed.attempts(), failed.cause());
	}

	@Override
	public void onOutage(StageRef stage, @Nullable Throwable failure) {
		this.flight.outage(stage.name(), failure);
	}

	@Override
	public void onDiscard(StageRef stage, Discard discard) {
		this.flight.discarded(stage.name(), discard.count(), discard.reason(), discard.cause());
	}

}
