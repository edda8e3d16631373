package io.genstage;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * What the stage makes of what comes in.
 *
 * @param <E> the type of the events
 */
interface Handler<E> {

	boolean asksItself();

	boolean reportsHandled();

	boolean takesDeliveries();

	/**
	 * Handles events.
	 * @return what is to follow when they have been counted as handled
	 */
	Emission handle(List<E> events, Subscription from) throws Exception;

	/** Returns whether it handles one event after the other, instead of lists. */
	boolean isPerEvent();

	/** So many events are going to be handled one after the other. */
	void expect(int events);

	/** Handles an event, and keeps what it leads to. */
	void handleEvent(E event, Subscription from) throws Exception;

	/**
	 * Keeps what the last event has led to.
	 * @param parent makes deliveries of it, if its events are such
	 */
	void keep(@Nullable UnaryOperator<Object> parent);

	/** Drops what the last event has led to before it has failed. */
	void drop();

	/**
	 * Returns what is to follow when the events that were handled one after the other
	 * have been counted.
	 */
	Emission results();

	/** Returns whether somebody who has nothing to do waits for results. */
	boolean isAwaited();

	/** Returns whether it begins events one by one, instead of handling them. */
	boolean isAsync();

	/** Begins to handle an event. */
	@Nullable CompletionStage<?> begin(E event, Subscription from) throws Exception;

	/** Returns whether it settles the events itself that it begins. */
	boolean acknowledges();

	/** Begins to handle an event that it settles itself. */
	@Nullable CompletionStage<?> begin(E event, Acknowledgement acknowledgement, Subscription from) throws Exception;

	/** Returns what is to follow when an event with this result is counted. */
	Emission emission(@Nullable Object result);

	/** All events of a subscription that has ended have gone as far as they can. */
	void ended(Inbound inbound) throws Exception;

	/** All events have been handled, and none will come. */
	void drained() throws Exception;

}
