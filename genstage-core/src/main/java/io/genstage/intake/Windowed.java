package io.genstage.intake;

import java.util.List;

/**
 * An intake that asks by the window of each subscription, and holds nothing to have more
 * of it, or until some time.
 *
 * @param <E> the type of the events
 */
abstract class Windowed<E> implements Intake<E> {

	private final Handling<E> handling;

	Windowed(Handling<E> handling) {
		this.handling = handling;
	}

	final Handling<E> handling() {
		return this.handling;
	}

	@Override
	public final boolean asksByItself() {
		return false;
	}

	@Override
	public final void subscribe(Inlet inlet) {
		inlet.ask(inlet.demand().begin());
	}

	@Override
	public final void withdraw(Inlet inlet, long demand) {
		inlet.demand().withdraw(demand);
	}

	@Override
	public final void retune(Inlet inlet) {
		inlet.ask(inlet.demand().refill());
	}

	@Override
	public final void unfinished(Inlet inlet, int change) {
		inlet.ask(inlet.demand().unfinished(change));
	}

	/** Counts the events of a message, and reports those that nobody asked for. */
	final void count(Inlet inlet, List<E> events) {
		int excess = inlet.demand().receive(events.size());
		if (excess > 0) {
			this.handling.exceeded(inlet, excess);
		}
	}

	@Override
	public final void flush() {
		// Nothing waits for more events.
	}

	@Override
	public final void finish() {
		// Nothing is held that could be handled at once.
	}

	@Override
	public final void wake() {
		// Nothing is due at any time.
	}

}
