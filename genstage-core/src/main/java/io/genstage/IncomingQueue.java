package io.genstage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * What a producer-consumer has received and can't handle while nobody asks it for events:
 * events, and what is to happen behind them: ends of subscriptions and other actions.
 *
 * @param <E> the type of the events
 */
final class IncomingQueue<E> {

	/** Small at first: most stages wait for events most of the time. */
	private final Queue<Entry<E>> entries = new ArrayDeque<>(1);

	private final Counter events = new Counter();

	void addEvents(Inbound inbound, List<E> events) {
		this.entries.add(new Received<>(inbound, events));
		this.events.add(events.size());
	}

	void addEnd(Inbound inbound) {
		this.entries.add(new Ended<>(inbound));
	}

	void addAction(Step action) {
		this.entries.add(new Action<>(action));
	}

	/** Forgets everything, and returns the messages with events. */
	List<Received<E>> clear() {
		List<Received<E>> received = new ArrayList<>();
		for (Entry<E> entry : this.entries) {
			if (entry instanceof Received<E> message) {
				received.add(message);
			}
		}
		this.entries.clear();
		this.events.set(0);
		return received;
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	/** Returns how many events are queued. */
	long events() {
		return this.events.get();
	}

	/**
	 * Takes the first entry, or returns null if there is none or it may not go on.
	 * @param gateOpen whether events may be handled; the end of a subscription only waits
	 * for the events before it
	 */
	@Nullable Entry<E> poll(boolean gateOpen) {
		Entry<E> head = this.entries.peek();
		if (head instanceof Received<E> received) {
			if (!gateOpen) {
				return null;
			}
			this.events.add(-received.events().size());
		}
		return this.entries.poll();
	}

	/**
	 * Something received.
	 *
	 * @param <E> the type of the events
	 */
	sealed interface Entry<E> {

	}

	/**
	 * The events of one message.
	 */
	record Received<E>(Inbound inbound, List<E> events) implements Entry<E> {
	}

	/**
	 * The end of a subscription.
	 */
	record Ended<E>(Inbound inbound) implements Entry<E> {
	}

	/**
	 * Something to do when all before it has been handled.
	 */
	record Action<E>(Step action) implements Entry<E> {
	}

	/**
	 * What an action does.
	 */
	@FunctionalInterface
	interface Step {

		void take() throws Exception;

	}

}
