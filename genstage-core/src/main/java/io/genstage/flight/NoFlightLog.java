package io.genstage.flight;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Of a JVM without a flight recorder: does nothing.
 */
final class NoFlightLog extends FlightLog {

	@Override
	public @Nullable RecordedHandling handling(String stage, int events) {
		return null;
	}

	@Override
	public void started(String stage) {
	}

	@Override
	public void stopped(String stage, boolean inGoodOrder, String reason) {
	}

	@Override
	public void retried(String stage, int attempts, Duration delay, Throwable failure) {
	}

	@Override
	public void givenUp(String stage, String outcome, int attempts, Throwable failure) {
	}

	@Override
	public void discarded(String stage, int events, String reason, @Nullable Throwable failure) {
	}

	@Override
	public void outage(String stage, @Nullable Throwable failure) {
	}

	@Override
	public void restarted(String stage, int recent, Duration delay) {
	}

	@Override
	public void stateChanged(String pipeline, String stage, String from, String to) {
	}

	@Override
	public void settingChanged(String pipeline, String stage, String setting, String value) {
	}

	@Override
	public void drained(String pipeline, boolean complete, long left, long lost, Duration time) {
	}

}
