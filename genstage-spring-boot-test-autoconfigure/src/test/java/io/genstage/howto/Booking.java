package io.genstage.howto;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.OnFailure;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.Replay;
import io.genstage.desk.ReplayOptions;
import io.genstage.failure.Decision;
import io.genstage.failure.EventRejectedException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Books the orders of known customers.
 */
@Component
class Booking {

	final Set<String> customers = ConcurrentHashMap.newKeySet();

	private final ObjectProvider<DeadLetterDesk> desk;

	Booking(ObjectProvider<DeadLetterDesk> desk) {
		this.desk = desk;
	}

	// tag::booking[]
	@Consumer(subscribeTo = "orders")
	void book(Order order) {
		if (!this.customers.contains(order.customer())) {
			throw new EventRejectedException("there is no such customer");
		}
	}

	@OnFailure("book")
	Decision decide(Order order, Throwable cause) {
		return (order.amount() == 0) ? Decision.skip() : Decision.byPolicy();
	}

	Replay replay() {
		return this.desk.getObject().replay(DeadLetterFilter.all().withStage("book"), ReplayOptions.defaults());
	}
	// end::booking[]

}
