package io.genstage.failure;

import java.util.List;

import io.genstage.intake.Handling;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * How a stage with a {@link FailurePolicy} attempts to handle events. The engine's side
 * of {@link Retrying}, with {@link Aftermath}.
 *
 * @param <E> the type of the events
 */
public interface Attempting<E> extends Handling<E> {

	/**
	 * Calls the handler; what it has handled is counted, and its results are emitted.
	 * @param attempt which attempt this is, at least 1
	 */
	Attempted attempt(Inlet inlet, List<E> events, int attempt) throws Exception;

	/**
	 * Calls the handler with events of several subscriptions.
	 * @param attempt which attempt this is, at least 1
	 */
	Attempted attempt(List<Inlet> inlets, List<E> events, int attempt) throws Exception;

	/**
	 * Lets events keep their places in the demand, or, if less than 0, gives them back.
	 */
	void unfinished(Inlet inlet, int change);

	/**
	 * Begins an event in flight, which is finished when it is handled.
	 * @param attempt which attempt this is, at least 1
	 */
	void begin(Inlet inlet, E event, InFlightEvent<E> inFlight, int attempt, Answered answered) throws Exception;

	/**
	 * Hears what has become of an event in flight or a dead letter.
	 */
	@FunctionalInterface
	interface Answered {

		/** Called in a turn of the stage, with null if all went well. */
		void answered(@Nullable Throwable failure) throws Exception;

	}

}
