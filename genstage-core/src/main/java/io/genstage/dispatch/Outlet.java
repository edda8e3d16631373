package io.genstage.dispatch;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The way out of a dispatcher, handed to it when it is created. The stage that owns the
 * dispatcher implements it; a call takes effect at once and never calls back.
 *
 * @param <E> the type of the events
 */
public interface Outlet<E> {

	/**
	 * Sends events to a subscriber as one message.
	 * @param subscriber a subscriber that has asked for at least as many events
	 * @param events the events, not empty and not changed afterwards; the same list may
	 * be sent to several subscribers
	 */
	void send(Subscriber subscriber, List<E> events);

	/**
	 * Gives events up that the dispatcher had accepted, because it has no room for them.
	 * The stage counts them, and logs them unless its own callback does.
	 * @param events the events, not empty and not changed afterwards
	 */
	void discard(List<E> events);

	/**
	 * Gives events up for a reason of their own: what was asked about them has thrown or
	 * gave an answer that makes no sense. The stage counts and logs them, and goes on;
	 * their demand stays with the dispatcher. By default it is a {@linkplain #warn
	 * warning} and a {@linkplain #discard(List) loss}.
	 * @param events the events as they were emitted, not empty and not changed afterwards
	 * @param reason why, which is logged: names types and what was configured, never an
	 * event, nor what was answered for it
	 * @param cause what was thrown, if anything; logged by its type and place, but not by
	 * its message, which may hold data of an event. An error of the JVM itself is thrown
	 * on
	 */
	default void discard(List<E> events, String reason, @Nullable Throwable cause) {
		warn(reason);
		discard(events);
	}

	/**
	 * Gives events up for one subscriber only, as
	 * {@link #discard(List, String, Throwable)} does for all, which is what it does by
	 * default.
	 * @param subscriber who doesn't get the events; the others may
	 * @param events the events as they were emitted, not empty and not changed afterwards
	 * @param reason why, which is logged: names types and what was configured, never an
	 * event
	 * @param cause what was thrown, if anything
	 */
	default void discard(Subscriber subscriber, List<E> events, String reason, @Nullable Throwable cause) {
		discard(events, reason, cause);
	}

	/**
	 * Returns how many events a dispatcher may hold, in all, for subscribers that aren't
	 * there and without holding up those that are: such events take up no demand.
	 * @return the number, 0 (default) if each event takes up demand
	 */
	default int unservedSize() {
		return 0;
	}

	/**
	 * Returns what becomes of further events for subscribers that aren't there.
	 * @return {@link Unserved#WAIT} by default
	 */
	default Unserved unservedRule() {
		return Unserved.WAIT;
	}

	/**
	 * Reports a likely mistake in how the dispatcher is used. It changes nothing else.
	 * @param message what was expected, what came and what to do
	 */
	void warn(String message);

}
