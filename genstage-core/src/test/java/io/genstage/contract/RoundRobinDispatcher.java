package io.genstage.contract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.dispatch.Demand;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;

/**
 * Deals the events out in turn, one to each subscriber that can take one. It is written
 * as a user would write it, against what is public only.
 *
 * @param <E> the type of the events
 */
final class RoundRobinDispatcher<E> implements Dispatcher<E> {

	private final Outlet<E> outlet;

	private final Map<Subscriber, Long> demands = new LinkedHashMap<>();

	/** Subscribers with demand; the first one gets the next event. */
	private final Deque<Subscriber> turns = new ArrayDeque<>();

	RoundRobinDispatcher(Outlet<E> outlet) {
		this.outlet = outlet;
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		this.demands.put(subscriber, 0L);
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		if (this.demands.merge(subscriber, demand, Demand::add) == demand) {
			this.turns.add(subscriber);
		}
		return demand;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		this.demands.remove(subscriber);
		this.turns.remove(subscriber);
		return 0;
	}

	@Override
	public List<E> dispatch(List<E> events) {
		Map<Subscriber, List<E>> hands = new LinkedHashMap<>();
		int dealt = 0;
		while (dealt < events.size() && !this.turns.isEmpty()) {
			Subscriber next = this.turns.remove();
			hands.computeIfAbsent(next, (subscriber) -> new ArrayList<>()).add(events.get(dealt++));
			if (this.demands.merge(next, -1L, Long::sum) > 0) {
				this.turns.add(next);
			}
		}
		hands.forEach(this.outlet::send);
		return events.subList(dealt, events.size());
	}

	@Override
	public long openDemand() {
		return this.demands.values().stream().reduce(0L, Demand::add);
	}

}
