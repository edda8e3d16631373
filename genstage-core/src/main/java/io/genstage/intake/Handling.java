package io.genstage.intake;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is behind an intake: the one place where the handler of a stage is called.
 *
 * @param <E> the type of the events
 */
public interface Handling<E> {

	/**
	 * Lets the stage handle events that came by one subscription.
	 * @throws Exception what the handler has thrown; the stage has failed then
	 */
	void handle(Inlet inlet, List<E> events) throws Exception;

	/**
	 * Lets the stage handle events that came by several subscriptions.
	 * @param inlets for each event the subscription that it came by
	 * @throws Exception what the handler has thrown; the stage has failed then
	 */
	void handle(List<Inlet> inlets, List<E> events) throws Exception;

	/**
	 * Lets the stage begin to handle an event. When the work for it is over,
	 * {@link InFlightEvent#complete} is called, which may be before this returns.
	 * @throws Exception what the handler has thrown; the stage has failed then
	 */
	void begin(Inlet inlet, E event, InFlightEvent<E> inFlight) throws Exception;

	/**
	 * Gives an event up that was begun, or waits to be attempted again.
	 * @return false if its last word is under way, so that it will be over by itself
	 */
	boolean withdraw(InFlightEvent<E> inFlight);

	/** No events will come but those that were begun. */
	void lastBegun() throws Exception;

	/** Returns what stands for the subscription of events that nobody has sent. */
	Inlet nobody();

	/**
	 * Lets the stage work on an event beside its turns. Called by any thread, for several
	 * events at once; {@link #finished} or {@link #lost} follows in a turn.
	 * @param inlet the subscription that it came by, or null if nobody has sent it
	 * @param attempt which attempt this is, at least 1
	 * @throws Exception what the handler has thrown; the stage has not failed by that
	 */
	void work(@Nullable Inlet inlet, E event, int attempt) throws Exception;

	/** Counts an event as handled that the stage has worked on. */
	void finished(Inlet inlet, E event);

	/**
	 * Loses events that the stage was to work on.
	 * @param inlet the subscription that they came by, or null if nobody has sent them
	 * @param reason why, without any data of them
	 * @param cause what was thrown, if anything
	 */
	void lost(@Nullable Inlet inlet, List<E> events, String reason, @Nullable Throwable cause);

	/** Returns whether the stage goes on, so that more may be handled and asked for. */
	boolean goesOn();

	/** Returns whether the stage has failed, so that nothing more is to be handled. */
	boolean hasFailed();

	/** Loses events of one message before they are handled. */
	void discard(Inlet inlet, List<Refused<E>> refused);

	/**
	 * Names events that have come and will not be handled, since the stage stops. Each
	 * event is named once; those of a handler that has failed are known already.
	 */
	void left(Inlet inlet, List<E> events);

	/** Notes that events came that nobody had asked for; they are handled too. */
	void exceeded(Inlet inlet, int events);

	/** All events of a subscription that has ended have gone as far as they can. */
	void ended(Inlet inlet) throws Exception;

	/** All events have been handled, and none will come. */
	void drained() throws Exception;

}
