package io.genstage.dispatch;

import java.util.Collection;
import java.util.List;

/**
 * Decides who gets which events, and how much demand to pass on to the producing stage.
 * <p>
 * The stage calls one method at a time and only for subscribers that it knows:
 * {@link #subscribe} comes first, {@link #cancel} last. Events leave through the
 * {@link Outlet} handed to the {@link DispatcherFactory}. An implementation keeps two
 * promises: no subscriber is ever sent more events than it has asked for, and no event is
 * both sent and returned as a leftover.
 * <p>
 * Source: the {@code GenStage.Dispatcher} behaviour. {@link #openDemand} is added, so
 * that buffered events are offered as soon as somebody can take them.
 *
 * @param <E> the type of the events
 */
public interface Dispatcher<E> {

	/**
	 * Adds a subscriber that has asked for nothing yet.
	 * @param subscriber the new subscriber
	 * @return the net demand to pass on now, 0 for none
	 * @throws SubscriptionRefusedException if the subscriber must not be added; nothing
	 * has changed then and it will not be cancelled
	 */
	long subscribe(Subscriber subscriber);

	/**
	 * Adds to what a subscriber may be sent.
	 * @param subscriber a known subscriber
	 * @param demand how many more events it can take, at least 1; sums saturate at
	 * {@link Long#MAX_VALUE}
	 * @return the net demand to pass on now, 0 for none
	 */
	long ask(Subscriber subscriber, long demand);

	/**
	 * Removes a subscriber.
	 * @param subscriber a known subscriber
	 * @return the net demand to pass on now, 0 for none
	 */
	long cancel(Subscriber subscriber);

	/**
	 * Goes on without a subscriber that doesn't ask: it is waited for no longer, and is
	 * sent what the others are sent, though it has not asked for that. Called only if the
	 * dispatcher {@linkplain DispatcherFactory#waitsForAll() waits for all}.
	 * @param subscriber a known subscriber that has asked for nothing
	 * @return the net demand to pass on now, 0 for none
	 */
	default long pass(Subscriber subscriber) {
		throw new UnsupportedOperationException("%s waits for nobody".formatted(getClass().getName()));
	}

	/**
	 * Returns how much of the net demand passed on before is to meet demand that is still
	 * to come: those that had asked have gone, or are held up.
	 * @return the demand that nobody waits for now, 0 (default) if it isn't known
	 */
	default long unclaimed() {
		return 0;
	}

	/**
	 * Forgets demand that nobody waits for, since no events will come for it. What is
	 * asked for later is passed on again.
	 * @param demand how much, from 1 to {@link #unclaimed}
	 */
	default void withdraw(long demand) {
	}

	/**
	 * Sends as many of the events as possible, in their order.
	 * @param events the events, never empty; not changed afterwards
	 * @return the events that nobody can take now, the last ones of {@code events}; empty
	 * if all were taken. What it throws stops the stage: an event that can't be sent for
	 * a reason of its own is better {@linkplain Outlet#discard(List, String, Throwable)
	 * discarded}
	 */
	List<E> dispatch(List<E> events);

	/**
	 * Returns how many events could be sent right now.
	 * @return the open demand, at least 0
	 */
	long openDemand();

	/**
	 * Returns how many events the dispatcher itself holds: those that it has accepted in
	 * {@link #dispatch} and has not sent yet.
	 * @return the number of events held, 0 for a dispatcher that returns what it can't
	 * send
	 */
	default long held() {
		return 0;
	}

	/**
	 * Gives the {@linkplain #held held} events back, since the stage has stopped. No
	 * other method is called afterwards, and the events are discarded. A dispatcher that
	 * holds events and doesn't give them back leaves nothing but their number, so that
	 * nobody knows which events were lost.
	 * @return the events in the order in which they were accepted, as far as that is
	 * known; none by default
	 */
	default List<E> takeHeld() {
		return List.of();
	}

	/**
	 * Returns how many of the {@linkplain #held held} events wait for subscribers that
	 * aren't there.
	 * @return the number of events, 0 for a dispatcher without partitions
	 */
	default long unserved() {
		return 0;
	}

	/**
	 * Notes that nobody is going to subscribe to some partitions. What is held for them
	 * is discarded, and so is what comes for them as long as they have no subscriber.
	 * @param partitions the names of the partitions
	 */
	default void abandon(Collection<?> partitions) {
	}

	/**
	 * Returns whether the events that a subscriber is sent together were mostly picked
	 * from more than these. Deliveries that a source has made one by one, and outputs,
	 * are then settled one by one as well, which costs less than picking them from those
	 * that are settled together.
	 * @return false (default) if mostly whole stretches of what was emitted are sent
	 */
	default boolean picksEvents() {
		return false;
	}

	/**
	 * Runs an action as soon as all events that the dispatcher holds now have been sent
	 * or lost; at once if there are none.
	 * @param action what to run, once, by a later call of a method of this dispatcher or
	 * by this one
	 */
	default void afterHeld(Runnable action) {
		action.run();
	}

}
