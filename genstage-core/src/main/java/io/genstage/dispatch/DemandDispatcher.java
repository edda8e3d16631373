package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Gives each event to the subscriber with the highest demand.
 * <p>
 * Subscribers are kept in the order in which they are served: highest demand first, among
 * equals the one that came to its demand first. Demand that a leaving subscriber had
 * already caused upstream is kept as {@code pending} and satisfies later asks, so that
 * nothing is requested twice.
 *
 * @param <E> the type of the events
 */
final class DemandDispatcher<E> implements Dispatcher<E> {

	private final Outlet<E> outlet;

	private final Map<Subscriber, Account> accounts = new HashMap<>();

	private final TreeSet<Account> serving = new TreeSet<>();

	private @Nullable Random shuffle;

	private long maxDemand;

	private long pending;

	private long openDemand;

	private long lastPlace;

	DemandDispatcher(Outlet<E> outlet, DemandOptions options) {
		this.outlet = outlet;
		this.maxDemand = options.maxDemand();
		this.shuffle = options.shuffle();
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		Account account = new Account(subscriber);
		this.accounts.put(subscriber, account);
		change(account, 0);
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		warnAboveMaximum(subscriber, demand);
		Account account = account(subscriber);
		change(account, Demand.add(account.demand, demand));
		this.openDemand = Demand.add(this.openDemand, demand);
		long reused = Math.min(this.pending, demand);
		this.pending -= reused;
		return demand - reused;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		Account account = account(subscriber);
		this.accounts.remove(subscriber);
		this.serving.remove(account);
		this.pending = Demand.add(this.pending, account.demand);
		// Summed up anew, because a saturated sum can't be reduced.
		this.openDemand = this.serving.stream().mapToLong((other) -> other.demand).reduce(0, Demand::add);
		return 0;
	}

	@Override
	public List<E> dispatch(List<E> events) {
		int sent = 0;
		for (Account account : shuffledOnce()) {
			sent += send(account, events, sent);
		}
		while (sent < events.size() && this.openDemand > 0) {
			sent += send(this.serving.first(), events, sent);
		}
		int leftover = events.size() - sent;
		// What is left over had been requested for subscribers that have gone since.
		this.pending = Math.max(this.pending - leftover, 0);
		return events.subList(sent, events.size());
	}

	@Override
	public long openDemand() {
		return this.openDemand;
	}

	private int send(Account account, List<E> events, int from) {
		int share = (int) Math.min(events.size() - from, account.demand);
		if (share > 0) {
			change(account, account.demand - share);
			this.openDemand -= share;
			this.outlet.send(account.subscriber, events.subList(from, from + share));
		}
		return share;
	}

	/** Sets a demand and moves the account behind all others of at least that demand. */
	private void change(Account account, long demand) {
		this.serving.remove(account);
		account.demand = demand;
		account.place = ++this.lastPlace;
		this.serving.add(account);
	}

	private List<Account> shuffledOnce() {
		Random random = this.shuffle;
		if (random == null) {
			return List.of();
		}
		this.shuffle = null;
		List<Account> shuffled = new ArrayList<>(this.serving);
		Collections.shuffle(shuffled, random);
		return shuffled;
	}

	private void warnAboveMaximum(Subscriber subscriber, long demand) {
		if (this.maxDemand == 0) {
			this.maxDemand = demand;
		}
		if (demand > this.maxDemand) {
			this.outlet.warn(("%s asked for %d events where at most %d are expected: "
					+ "subscribers with different maximum demands overload the greedy ones")
				.formatted(subscriber, demand, this.maxDemand));
		}
	}

	private Account account(Subscriber subscriber) {
		Account account = this.accounts.get(subscriber);
		if (account == null) {
			throw new IllegalArgumentException("%s is not subscribed".formatted(subscriber));
		}
		return account;
	}

	/**
	 * The demand of one subscriber and its place among those of equal demand.
	 */
	private static final class Account implements Comparable<Account> {

		private final Subscriber subscriber;

		private long demand;

		private long place;

		Account(Subscriber subscriber) {
			this.subscriber = subscriber;
		}

		@Override
		public int compareTo(Account other) {
			int byDemand = Long.compare(other.demand, this.demand);
			return (byDemand != 0) ? byDemand : Long.compare(this.place, other.place);
		}

	}

}
