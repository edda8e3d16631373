package io.genstage.migrating;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is around the pipelines: a feed of orders, a service with prices that fails at
 * first for some orders, and a table. Safe for threads.
 */
final class Shop {

	static final int ORDERS = 40;

	record Order(int id) {
	}

	record Priced(Order order, int price) {
	}

	static final class Feed {

		private final ReentrantLock lock = new ReentrantLock();

		private final Queue<Order> left = new ArrayDeque<>();

		Feed() {
			read().forEach(this.left::add);
		}

		/** Returns all orders, from the first on. */
		Stream<Order> read() {
			return IntStream.range(0, ORDERS).mapToObj(Order::new);
		}

		/** Takes some orders, at most as many as said. */
		List<Order> take(int limit) {
			this.lock.lock();
			try {
				return Stream.generate(this.left::poll).limit(Math.min(limit, this.left.size())).toList();
			}
			finally {
				this.lock.unlock();
			}
		}

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

	/** Shows the first numbers only, as those who send them never end. */
	static final class Screen {

		private final List<Integer> shown = new CopyOnWriteArrayList<>();

		void show(List<Integer> numbers) {
			if (this.shown.size() < ORDERS) {
				this.shown.addAll(numbers);
			}
		}

		List<Integer> shown() {
			return List.copyOf(this.shown);
		}

	}

	private Shop() {
	}

}
