package io.genstage.rate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.genstage.intake.Inlet;

/**
 * What a limited stage has received before it might pass: events, and the ends of
 * subscriptions behind them.
 *
 * @param <E> the type of the events
 */
final class WaitingLine<E> {

	private final Deque<Entry<E>> entries = new ArrayDeque<>();

	private int events;

	void add(List<E> waiting, Inlet inlet) {
		this.entries.add(new Events<>(waiting, inlet));
		this.events += waiting.size();
	}

	void addEnd(Inlet inlet) {
		this.entries.add(new End<>(inlet));
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	int events() {
		return this.events;
	}

	/** Returns what is first in line, which must not be empty. */
	Entry<E> first() {
		return this.entries.element();
	}

	/** Takes off the first entry, or as many of its events as have passed. */
	void pass(int passed) {
		if (this.entries.remove() instanceof Events<E> head && passed < head.events().size()) {
			this.entries.addFirst(new Events<>(head.events().subList(passed, head.events().size()), head.inlet()));
		}
		this.events -= passed;
	}

	void forEachWaiting(Consumer<Events<E>> action) {
		for (Entry<E> entry : this.entries) {
			if (entry instanceof Events<E> waiting) {
				action.accept(waiting);
			}
		}
	}

	/**
	 * Something in line.
	 *
	 * @param <E> the type of the events
	 */
	sealed interface Entry<E> {

	}

	/**
	 * Events of one message.
	 */
	record Events<E>(List<E> events, Inlet inlet) implements Entry<E> {
	}

	/**
	 * The end of a subscription.
	 */
	record End<E>(Inlet inlet) implements Entry<E> {
	}

}
