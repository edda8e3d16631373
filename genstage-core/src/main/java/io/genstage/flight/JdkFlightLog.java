package io.genstage.flight;

import java.time.Duration;

import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the recordings of the JVM.
 */
final class JdkFlightLog extends FlightLog {

	/*
	 * An event is made to ask whether it is wanted, and costs nothing if it is not: the
	 * compiler leaves out an object that nobody gets to see. Another way to ask would
	 * start the recorder, which takes its time.
	 */

	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

	@Override
	public @Nullable RecordedHandling handling(String stage, int events) {
		HandlingEvent event = new HandlingEvent(stage, events);
		if (!event.isEnabled()) {
			return null;
		}
		event.begin();
		return event;
	}

	@Override
	public void started(String stage) {
		write(new StageStartEvent(stage));
	}

	@Override
	public void stopped(String stage, boolean inGoodOrder, String reason) {
		write(new StageStopEvent(stage, inGoodOrder, reason));
	}

	@Override
	public void retried(String stage, int attempts, Duration delay, Throwable failure) {
		write(new RetryEvent(stage, attempts, delay, failure.getClass()));
	}

	@Override
	public void givenUp(String stage, String outcome, int attempts, Throwable failure) {
		write(new GivenUpEvent(stage, outcome, attempts, failure.getClass()));
	}

	@Override
	public void discarded(String stage, int events, String reason, @Nullable Throwable failure) {
		write(new DiscardEvent(stage, events, reason, classOf(failure)));
	}

	@Override
	public void outage(String stage, @Nullable Throwable failure) {
		write(new OutageEvent(stage, failure != null, classOf(failure)));
	}

	@Override
	public void restarted(String stage, int recent, Duration delay) {
		write(new RestartEvent(stage, recent, delay));
	}

	@Override
	public void stateChanged(String pipeline, String stage, String from, String to) {
		write(new StageStateEvent(pipeline, stage, from, to));
	}

	@Override
	public void settingChanged(String pipeline, String stage, String setting, String value) {
		write(new SettingChangeEvent(pipeline, stage, setting, value));
	}

	@Override
	public void drained(String pipeline, boolean complete, long left, long lost, Duration time) {
		write(new DrainEvent(pipeline, complete, left, lost, time));
	}

	/** A delay may be longer than a recording can say. */
	static long nanos(Duration time) {
		return (time.compareTo(LONGEST) < 0) ? time.toNanos() : Long.MAX_VALUE;
	}

	private static void write(Event event) {
		if (event.shouldCommit()) {
			event.commit();
		}
	}

	static @Nullable Class<?> classOf(@Nullable Throwable failure) {
		return (failure != null) ? failure.getClass() : null;
	}

}
