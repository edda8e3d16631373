package io.genstage.dispatch;

import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * Gives each event to the subscriber with the highest demand.
 * <p>
 * Demand that a leaving subscriber had already caused upstream is kept as {@code pending}
 * and satisfies later asks, so that nothing is requested twice.
 *
 * @param <E> the type of the events
 */
final class DemandDispatcher<E> implements Dispatcher<E> {

	private final Outlet<E> outlet;

	private final ServingOrder subscribers = new ServingOrder();

	private @Nullable Random shuffle;

	private final LargestAsks largestAsks;

	private long pending;

	DemandDispatcher(Outlet<E> outlet, DemandOptions options) {
		this.outlet = outlet;
		this.largestAsks = new LargestAsks(options.maxDemand());
		this.shuffle = options.shuffle();
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		this.subscribers.add(subscriber);
		this.largestAsks.add(subscriber);
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		this.subscribers.ask(subscriber, demand);
		warnOfGreed(subscriber, demand);
		long reused = Math.min(this.pending, demand);
		this.pending -= reused;
		return demand - reused;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		this.largestAsks.remove(subscriber);
		this.pending = Demand.add(this.pending, this.subscribers.remove(subscriber));
		return 0;
	}

	@Override
	public long unclaimed() {
		return this.pending;
	}

	@Override
	public void withdraw(long demand) {
		this.pending -= demand;
	}

	@Override
	public List<E> dispatch(List<E> events) {
		int sent = serve(events);
		int leftover = events.size() - sent;
		// What is left over had been requested for subscribers that have gone since.
		this.pending = Math.max(this.pending - leftover, 0);
		return events.subList(sent, events.size());
	}

	/** Serves in random order at first, so that nobody is always the first. */
	private int serve(List<E> events) {
		Random random = this.shuffle;
		if (random == null) {
			return this.subscribers.serve(events, this.outlet);
		}
		this.shuffle = null;
		return this.subscribers.serveShuffled(events, this.outlet, random);
	}

	@Override
	public long openDemand() {
		return this.subscribers.demand();
	}

	private void warnOfGreed(Subscriber subscriber, long demand) {
		long limit = this.largestAsks.exceededBy(subscriber, demand);
		if (limit < demand) {
			this.outlet.warn(("%s asked for %d events where at most %d are expected: "
					+ "subscribers with different maximum demands overload the greedy ones")
				.formatted(subscriber, demand, limit));
		}
	}

}
