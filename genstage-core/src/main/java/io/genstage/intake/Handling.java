package io.genstage.intake;

import java.util.List;

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
