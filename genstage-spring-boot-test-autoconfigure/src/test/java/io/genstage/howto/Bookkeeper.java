package io.genstage.howto;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;

import org.springframework.stereotype.Component;

/**
 * Handles orders of the web.
 */
@Component
class Bookkeeper {

	private final List<Order> books = new CopyOnWriteArrayList<>();

	@Consumer(subscribeTo = "orders")
	void book(Order order) {
		this.books.add(order);
	}

}
