package io.genstage.dispatch;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends each event to every subscriber.
 * <p>
 * What all subscribers have asked for in common is {@code waiting}; what one has asked
 * for beyond that is its surplus. {@code requested} counts the events that were asked for
 * upstream and have not been broadcast yet, so that a subscriber that comes or goes does
 * not make the same demand count twice. Always: {@code requested >= waiting >= 0}, and
 * after each ask the smallest surplus is 0.
 *
 * @param <E> the type of the events
 */
final class BroadcastDispatcher<E> implements Dispatcher<E> {

	private final Outlet<E> outlet;

	private final Map<Subscriber, Long> surpluses = new LinkedHashMap<>();

	private final Set<Object> consumers = new HashSet<>();

	private int withoutSurplus;

	private long waiting;

	private long requested;

	BroadcastDispatcher(Outlet<E> outlet) {
		this.outlet = outlet;
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		if (!this.consumers.add(subscriber.consumer())) {
			throw new SubscriptionRefusedException(SubscriptionRefusedException.ALREADY_SUBSCRIBED,
					"%s is refused: its consumer is subscribed already, and a second subscription would deliver each event twice"
						.formatted(subscriber));
		}
		if (this.waiting > 0) {
			this.surpluses.replaceAll((other, surplus) -> Demand.add(surplus, this.waiting));
			this.withoutSurplus = 0;
			this.waiting = 0;
		}
		this.surpluses.put(subscriber, 0L);
		this.withoutSurplus++;
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		long surplus = surplus(subscriber);
		this.surpluses.put(subscriber, Demand.add(surplus, demand));
		if (surplus == 0) {
			this.withoutSurplus--;
		}
		return shareSurplus();
	}

	@Override
	public long cancel(Subscriber subscriber) {
		if (surplus(subscriber) == 0) {
			this.withoutSurplus--;
		}
		this.surpluses.remove(subscriber);
		this.consumers.remove(subscriber.consumer());
		if (this.surpluses.isEmpty()) {
			// What was requested is still to come, and will find nobody or the next one.
			this.waiting = 0;
			return 0;
		}
		return shareSurplus();
	}

	@Override
	public List<E> dispatch(List<E> events) {
		int sent = (int) Math.min(events.size(), this.waiting);
		if (sent > 0) {
			this.waiting -= sent;
			this.requested -= sent;
			List<E> shared = events.subList(0, sent);
			this.surpluses.keySet().forEach((subscriber) -> this.outlet.send(subscriber, shared));
		}
		return events.subList(sent, events.size());
	}

	@Override
	public long openDemand() {
		return this.waiting;
	}

	/**
	 * Moves what every subscriber has a surplus of to {@code waiting}. As long as one
	 * subscriber has no surplus there is nothing to move and nobody is looked at, so the
	 * walk over all subscribers costs no more than the delivery it allows.
	 */
	private long shareSurplus() {
		if (this.withoutSurplus > 0) {
			return 0;
		}
		long common = this.surpluses.values().stream().mapToLong(Long::longValue).min().orElse(0);
		this.surpluses.replaceAll((subscriber, surplus) -> surplus - common);
		this.withoutSurplus = (int) this.surpluses.values().stream().filter((surplus) -> surplus == 0).count();
		this.waiting = Demand.add(this.waiting, common);
		long net = Math.max(this.waiting - this.requested, 0);
		this.requested += net;
		return net;
	}

	private long surplus(Subscriber subscriber) {
		Long surplus = this.surpluses.get(subscriber);
		if (surplus == null) {
			throw new IllegalArgumentException("%s is not subscribed".formatted(subscriber));
		}
		return surplus;
	}

}
