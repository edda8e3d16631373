package io.genstage.migrating;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is around the pipelines: a service with prices that fails at first for some
 * orders, and a table. Safe for threads.
 */
final class Shop {

	record Order(int id) {
	}

	record Priced(Order order, int price) {
	}

	static final class Prices {

		private final ConcurrentHashMap<Order, AtomicInteger> calls = new ConcurrentHashMap<>();

		/** Returns the price of an order; the first call for each tenth order fails. */
		int of(Order order) {
			int before = this.calls.computeIfAbsent(order, (asked) -> new AtomicInteger()).getAndIncrement();
			if (before == 0 && order.id() % 10 == 0) {
				throw new IllegalStateException("the service is busy");
			}
			return 100 + order.id();
		}

	}

	static final class Table {

		private final List<Priced> rows = new CopyOnWriteArrayList<>();

		void insert(List<Priced> batch) {
			this.rows.addAll(batch);
		}

		List<Integer> prices() {
			return this.rows.stream().map(Priced::price).sorted().toList();
		}

	}

	private Shop() {
	}

}
