package io.genstage.dispatch;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Sends each event to every subscriber that selects it.
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

	private final Map<Subscriber, Account<E>> accounts = new LinkedHashMap<>();

	/** Those that are sent what the others get without being waited for. */
	private final Map<Subscriber, Account<E>> passed = new LinkedHashMap<>();

	private final Set<Object> consumers = new HashSet<>();

	private int withoutSurplus;

	private long waiting;

	private long requested;

	BroadcastDispatcher(Outlet<E> outlet) {
		this.outlet = outlet;
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		Account<E> newcomer = new Account<>(subscriber, selectorOf(subscriber));
		if (!this.consumers.add(subscriber.consumer())) {
			throw new SubscriptionRefusedException(SubscriptionRefusedException.ALREADY_SUBSCRIBED,
					"%s is refused: its consumer is subscribed already, and a second subscription would deliver each event twice"
						.formatted(subscriber));
		}
		if (this.waiting > 0) {
			this.accounts.values().forEach((account) -> account.add(this.waiting));
			this.withoutSurplus = 0;
			this.waiting = 0;
		}
		this.accounts.put(subscriber, newcomer);
		this.withoutSurplus++;
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		return ask(account(subscriber), demand);
	}

	private long ask(Account<E> account, long demand) {
		if (account.surplus == 0) {
			this.withoutSurplus--;
		}
		account.add(demand);
		return shareSurplus();
	}

	@Override
	public long cancel(Subscriber subscriber) {
		if (this.passed.remove(subscriber) != null) {
			this.consumers.remove(subscriber.consumer());
			return 0;
		}
		if (account(subscriber).surplus == 0) {
			this.withoutSurplus--;
		}
		this.accounts.remove(subscriber);
		this.consumers.remove(subscriber.consumer());
		return shareAmongTheRest();
	}

	@Override
	public long pass(Subscriber subscriber) {
		Account<E> account = account(subscriber);
		if (account.surplus == 0) {
			this.withoutSurplus--;
		}
		this.accounts.remove(subscriber);
		this.passed.put(subscriber, account);
		return shareAmongTheRest();
	}

	private long shareAmongTheRest() {
		if (this.accounts.isEmpty()) {
			// What was requested is still to come, and will find nobody or the next one.
			this.waiting = 0;
			return 0;
		}
		return shareSurplus();
	}

	@Override
	public List<E> dispatch(List<E> events) {
		int shared = (int) Math.min(events.size(), this.waiting);
		if (shared > 0) {
			this.waiting -= shared;
			this.requested -= shared;
			List<E> all = events.subList(0, shared);
			boolean carried = EventList.hasDelivery(all);
			if (!carried || !sendTogether(all)) {
				this.accounts.values().forEach((account) -> send(account, all, carried ? this::copyOf : null));
				if (carried) {
					all.forEach(this::handedOut);
				}
			}
			// Who has passed for good has no say in what becomes of them.
			this.passed.values().forEach((account) -> send(account, all, carried ? this::payloadOf : null));
			// Only now: it may open demand, which is for the events after these.
			this.accounts.values().forEach(this::giveBack);
		}
		return events.subList(shared, events.size());
	}

	/**
	 * Sends deliveries that are made and settled together, if that is possible.
	 * @return false if nothing was sent
	 */
	private boolean sendTogether(List<E> events) {
		if (!this.accounts.values().stream().allMatch((account) -> account.selector == null)) {
			return false;
		}
		List<EventList<E>> copies = EventList.forked(events, this.accounts.size());
		if (copies.isEmpty()) {
			return false;
		}
		int next = 0;
		for (Account<E> account : this.accounts.values()) {
			this.outlet.send(account.subscriber, copies.get(next++));
		}
		return true;
	}

	private void send(Account<E> account, List<E> events, @Nullable UnaryOperator<E> copying) {
		List<E> selected = select(account, events, copying);
		account.rejected = events.size() - selected.size();
		if (!selected.isEmpty()) {
			this.outlet.send(account.subscriber,
					(copying != null) ? EventList.copyOf(selected.stream().map(copying).toList()) : selected);
		}
	}

	/** Each consumer gets a delivery of its own, whose outcome counts for all. */
	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private E copyOf(E event) {
		return (event instanceof Delivery<?> delivery) ? (E) delivery.with(delivery.event()) : event;
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private E payloadOf(E event) {
		return (E) Delivery.payload(event);
	}

	/** All who want the event have it. */
	private void handedOut(E event) {
		if (event instanceof Delivery<?> delivery && !delivery.isHandled()) {
			delivery.settle(Verdict.accepted());
		}
	}

	private List<E> select(Account<E> account, List<E> events, @Nullable UnaryOperator<E> copying) {
		Predicate<? super E> selector = account.selector;
		if (selector == null) {
			return events;
		}
		EventList.Builder<E> selected = new EventList.Builder<>(events.size());
		for (E event : events) {
			if (isSelected(account, selector, event, copying)) {
				selected.add(event);
			}
		}
		return selected.build();
	}

	/**
	 * An event for which a selector fails is lost for its subscriber, and nobody else.
	 */
	private boolean isSelected(Account<E> account, Predicate<? super E> selector, E event,
			@Nullable UnaryOperator<E> copying) {
		try {
			return selector.test(payloadOf(event));
		}
		catch (Throwable ex) {
			E lost = (copying != null) ? copying.apply(event) : event;
			boolean hasPassed = this.passed.containsKey(account.subscriber);
			this.outlet
				.discard(account.subscriber, List.of(lost),
						"the selector of %s%s failed for an event of %s".formatted(account.subscriber,
								hasPassed ? ", which they have passed," : "", payloadOf(event).getClass().getName()),
						ex);
			return false;
		}
	}

	/**
	 * Lets a subscriber ask again for what it rejected, so that one that filters a lot
	 * doesn't hold up the others. The net demand shows as open demand.
	 */
	private void giveBack(Account<E> account) {
		if (account.rejected > 0) {
			ask(account, account.rejected);
			account.rejected = 0;
		}
	}

	@Override
	public long unclaimed() {
		return this.requested - this.waiting;
	}

	@Override
	public void withdraw(long demand) {
		this.requested -= demand;
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
		long common = this.accounts.values().stream().mapToLong((account) -> account.surplus).min().orElse(0);
		for (Account<E> account : this.accounts.values()) {
			account.surplus -= common;
			if (account.surplus == 0) {
				this.withoutSurplus++;
			}
		}
		this.waiting = Demand.add(this.waiting, common);
		long net = Math.max(this.waiting - this.requested, 0);
		this.requested += net;
		return net;
	}

	private Account<E> account(Subscriber subscriber) {
		Account<E> account = this.accounts.get(subscriber);
		if (account == null) {
			throw new IllegalArgumentException("%s is not subscribed".formatted(subscriber));
		}
		return account;
	}

	@SuppressWarnings("unchecked") // which events it can select from is known to the user
	private @Nullable Predicate<? super E> selectorOf(Subscriber subscriber) {
		Object selector = subscriber.attribute(Subscriber.SELECTOR);
		if (selector == null || selector instanceof Predicate<?>) {
			return (Predicate<? super E>) selector;
		}
		throw new SubscriptionRefusedException("bad_selector",
				"%s is refused: its selector must be a Predicate, but is a %s".formatted(subscriber,
						selector.getClass().getName()));
	}

	/**
	 * What one subscriber has asked for beyond the common part, and what it wants to see.
	 */
	private static final class Account<E> {

		private final Subscriber subscriber;

		private final @Nullable Predicate<? super E> selector;

		private long surplus;

		/** How many of the events just broadcast it did not select. */
		private int rejected;

		Account(Subscriber subscriber, @Nullable Predicate<? super E> selector) {
			this.subscriber = subscriber;
			this.selector = selector;
		}

		void add(long demand) {
			this.surplus = Demand.add(this.surplus, demand);
		}

	}

}
