package io.genstage.failure;

import java.time.Duration;
import java.util.List;

import io.genstage.delivery.Outcome;
import io.genstage.intake.Handling;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * What a stage with a {@link FailurePolicy} does with events. The engine's side of
 * {@link Retrying}.
 *
 * @param <E> the type of the events
 */
public interface Attempting<E> extends Handling<E> {

	/** Calls the handler; what it has handled is counted, and its results are emitted. */
	Attempted attempt(Inlet inlet, List<E> events) throws Exception;

	/** Calls the handler with events of several subscriptions. */
	Attempted attempt(List<Inlet> inlets, List<E> events) throws Exception;

	/**
	 * Lets events keep their places in the demand, or, if less than 0, gives them back.
	 */
	void unfinished(Inlet inlet, int change);

	/** Returns what the handler and the functions of the user see of an event. */
	Object payload(E event);

	/** Returns whether somebody gets an event again that is failed. */
	boolean isAcknowledged(E event);

	/** Asks a decider, or returns what the policy says if the decider fails. */
	Decision decide(FailureDecider decider, E event, Throwable cause, int attempts);

	/** Notes that an event is going to be attempted again. */
	void retries(Ending<E> ending, Duration delay);

	/** Gives an event the last word, which is neither accepted nor a dead letter. */
	void settle(Ending<E> ending, Outcome outcome);

	/**
	 * Makes a dead letter of an event.
	 * @param answered called in a turn of the stage when the letter is stored, or with
	 * what has failed
	 */
	void bury(Ending<E> ending, Answered answered) throws Exception;

	/** The stage pauses since everything fails like this, or goes on if it is null. */
	void outage(@Nullable Throwable failure);

	/** Begins an event in flight, which is finished when it is handled. */
	void begin(Inlet inlet, E event, InFlightEvent<E> inFlight, Answered answered) throws Exception;

	/**
	 * An event whose attempts have come to an end, or to a pause.
	 *
	 * @param inlet by which it came
	 * @param event the event
	 * @param cause what was thrown last
	 * @param attempts how many attempts there were
	 * @param batch a number that events which failed together share, or 0
	 * @param firstFailed when it failed first, by the clock of the stage
	 * @param reason why no attempt follows, or empty if one does
	 * @param <E> the type of the event
	 */
	record Ending<E>(Inlet inlet, E event, Throwable cause, int attempts, long batch, long firstFailed, String reason) {
	}

	/**
	 * Hears what has become of an event in flight or a dead letter.
	 */
	@FunctionalInterface
	interface Answered {

		/** Called in a turn of the stage, with null if all went well. */
		void answered(@Nullable Throwable failure) throws Exception;

	}

}
