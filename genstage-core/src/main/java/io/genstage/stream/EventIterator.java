package io.genstage.stream;

import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

import io.genstage.Subscription;
import io.genstage.demand.DemandWindow;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The reader's side of a stream: cuts messages into batches, and asks for more when the
 * reader comes back for an element after one. So a reader that takes exactly one batch
 * leads to no ask for another.
 *
 * @param <E> the type of the events
 */
final class EventIterator<E> implements Iterator<E> {

	private static final System.Logger logger = StageLog.of(EventIterator.class);

	private final Supplier<@Nullable Portion<E>> deliveries;

	private final Map<Subscription, DemandWindow> windows = new HashMap<>();

	private Iterator<E> batch = Collections.emptyIterator();

	private @Nullable Batches<E> batches;

	private boolean ended;

	/**
	 * Creates an iterator over the events of deliveries.
	 * @param deliveries waits for the next one and returns it, or null at the end
	 */
	EventIterator(Supplier<@Nullable Portion<E>> deliveries) {
		this.deliveries = deliveries;
	}

	@Override
	public boolean hasNext() {
		while (!this.batch.hasNext() && !this.ended) {
			advance();
		}
		return !this.ended;
	}

	@Override
	public E next() {
		if (!hasNext()) {
			throw new NoSuchElementException("the stream has ended");
		}
		return this.batch.next();
	}

	private void advance() {
		if (this.batches == null) {
			fetch();
		}
		else if (this.batches.next()) {
			this.batch = this.batches.batch().iterator();
		}
		else {
			this.batches = null;
		}
	}

	private void fetch() {
		Portion<E> delivery = this.deliveries.get();
		if (delivery == null) {
			this.ended = true;
			return;
		}
		DemandWindow window = this.windows.computeIfAbsent(delivery.from(),
				(from) -> new DemandWindow(from.options().maxDemand(), from.options().minDemand()));
		int excess = window.receive(delivery.events().size());
		if (excess > 0) {
			logger.log(Level.ERROR, () -> "a stream got %d events in excess of what it had asked for by %s"
				.formatted(excess, delivery.from()));
		}
		this.batches = new Batches<>(delivery, window);
	}

	/**
	 * The batches of one message, one after the other.
	 */
	private static final class Batches<E> {

		private final Portion<E> delivery;

		private final DemandWindow window;

		private List<E> batch = List.of();

		private int end;

		Batches(Portion<E> delivery, DemandWindow window) {
			this.delivery = delivery;
			this.window = window;
		}

		List<E> batch() {
			return this.batch;
		}

		/** Asks for what the batch in hand leads to and goes on to the next, if any. */
		boolean next() {
			this.delivery.from().ask(this.window.replenish(this.batch.size()));
			int start = this.end;
			List<E> events = this.delivery.events();
			this.end = (int) Math.min((long) start + this.window.batchSize(), events.size());
			this.batch = events.subList(start, this.end);
			return !this.batch.isEmpty();
		}

	}

}
