package io.genstage.flight;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a flight recording gets to know of stages and pipelines. Any thread may call this,
 * and nothing is ever thrown. While nobody records, a call costs a look at a flag.
 * <p>
 * No event has data of the application in it: failures are named by their class, without
 * their message.
 */
public abstract sealed class FlightLog permits JdkFlightLog, NoFlightLog {

	/**
	 * Returns what writes into the recordings of this JVM.
	 * @return one that does nothing if the JVM has no flight recorder
	 */
	public static FlightLog get() {
		return OfThisJvm.LOG;
	}

	private static boolean hasRecorder() {
		return ModuleLayer.boot().findModule("jdk.jfr").isPresent();
	}

	/**
	 * A stage begins to handle events.
	 * @param stage the instance of the stage
	 * @param events how many events it was given
	 * @return what takes the end of that, or {@code null} if nobody records it
	 */
	public abstract @Nullable RecordedHandling handling(String stage, int events);

	/**
	 * A stage has started.
	 * @param stage the instance of the stage
	 */
	public abstract void started(String stage);

	/**
	 * A stage has stopped.
	 * @param stage the instance of the stage
	 * @param inGoodOrder whether that was wanted
	 * @param reason why, without the message of a failure
	 */
	public abstract void stopped(String stage, boolean inGoodOrder, String reason);

	/**
	 * A stage is going to handle an event again.
	 * @param stage the instance of the stage
	 * @param attempts how often it has tried
	 * @param delay how long it waits
	 * @param failure what has failed
	 */
	public abstract void retried(String stage, int attempts, Duration delay, Throwable failure);

	/**
	 * A stage has given an event up.
	 * @param stage the instance of the stage
	 * @param outcome what has become of the event
	 * @param attempts how often the stage has tried
	 * @param failure what has failed last
	 */
	public abstract void givenUp(String stage, String outcome, int attempts, Throwable failure);

	/**
	 * A stage has lost events.
	 * @param stage the instance of the stage
	 * @param events how many
	 * @param reason why, without any data of the events
	 * @param failure what has failed, if anything has
	 */
	public abstract void discarded(String stage, int events, String reason, @Nullable Throwable failure);

	/**
	 * A stage pauses since everything fails alike, or goes on.
	 * @param stage the instance of the stage
	 * @param failure what has failed last, or {@code null} if it goes on
	 */
	public abstract void outage(String stage, @Nullable Throwable failure);

	/**
	 * A stage has failed and is going to be started again.
	 * @param stage the instance of the stage
	 * @param recent how often that was done lately, with this time
	 * @param delay how long it waits
	 */
	public abstract void restarted(String stage, int recent, Duration delay);

	/**
	 * A stage of a pipeline has got into another state.
	 * @param pipeline the pipeline
	 * @param stage the stage
	 * @param from the state before
	 * @param to the state now
	 */
	public abstract void stateChanged(String pipeline, String stage, String from, String to);

	/**
	 * Somebody has changed a setting of a stage that runs.
	 * @param pipeline the pipeline
	 * @param stage the stage
	 * @param setting what was changed
	 * @param value what it is now
	 */
	public abstract void settingChanged(String pipeline, String stage, String setting, String value);

	/**
	 * A pipeline was drained, or its deadline has passed.
	 * @param pipeline the pipeline
	 * @param complete whether all was handled that was under way
	 * @param left how many events its stages still hold
	 * @param lost how many they have lost meanwhile
	 * @param time how long it took
	 */
	public abstract void drained(String pipeline, boolean complete, long left, long lost, Duration time);

	/**
	 * A class of its own, since no class may make its subclasses while it is made itself.
	 */
	private static final class OfThisJvm {

		/** A run-time image may have been made without the recorder. */
		static final FlightLog LOG = hasRecorder() ? new JdkFlightLog() : new NoFlightLog();

		private OfThisJvm() {
		}

	}

}
