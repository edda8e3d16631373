package io.genstage.dispatch;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Subscribers in the order in which they are served: highest demand first, among equals
 * the one that came to its demand first.
 */
final class ServingOrder {

	private final Map<Subscriber, Account> accounts = new HashMap<>(2);

	private final Ranking<Account> serving = new Ranking<>();

	private long demand;

	private long lastPlace;

	void add(Subscriber subscriber) {
		Account account = new Account(subscriber);
		account.place = ++this.lastPlace;
		this.accounts.put(subscriber, account);
		this.serving.add(account);
	}

	boolean isEmpty() {
		return this.accounts.isEmpty();
	}

	/** Returns the demand of all subscribers together. */
	long demand() {
		return this.demand;
	}

	void ask(Subscriber subscriber, long demand) {
		Account account = account(subscriber);
		change(account, Demand.add(account.demand, demand));
		this.demand = Demand.add(this.demand, demand);
	}

	/** Removes a subscriber and returns the demand that it leaves behind. */
	long remove(Subscriber subscriber) {
		Account account = account(subscriber);
		this.accounts.remove(subscriber);
		this.serving.remove(account);
		// Summed up anew, because a saturated sum can't be reduced.
		this.demand = this.serving.members().stream().mapToLong((other) -> other.demand).reduce(0, Demand::add);
		return account.demand;
	}

	/** Sends as many of the first events as there is demand for; returns how many. */
	<E> int serve(List<E> events, Outlet<E> outlet) {
		int sent = 0;
		while (sent < events.size() && this.demand > 0) {
			sent += send(this.serving.first(), events, sent, outlet);
		}
		return sent;
	}

	/** Does the same, but goes through the subscribers in random order. */
	<E> int serveShuffled(List<E> events, Outlet<E> outlet, Random random) {
		List<Account> shuffled = this.serving.sorted();
		Collections.shuffle(shuffled, random);
		int sent = 0;
		for (Account account : shuffled) {
			sent += send(account, events, sent, outlet);
		}
		return sent;
	}

	private <E> int send(Account account, List<E> events, int from, Outlet<E> outlet) {
		int share = (int) Math.min(events.size() - from, account.demand);
		if (share > 0) {
			change(account, account.demand - share);
			this.demand -= share;
			outlet.send(account.subscriber, events.subList(from, from + share));
		}
		return share;
	}

	/** Sets a demand and moves the account behind all others of at least that demand. */
	private void change(Account account, long demand) {
		account.demand = demand;
		account.place = ++this.lastPlace;
		this.serving.changed(account);
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
	private static final class Account extends Ranking.Member<Account> {

		private final Subscriber subscriber;

		private long demand;

		private long place;

		Account(Subscriber subscriber) {
			this.subscriber = subscriber;
		}

		@Override
		boolean comesBefore(Account other) {
			return (this.demand != other.demand) ? this.demand > other.demand : this.place < other.place;
		}

	}

}
