package io.genstage.howto;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Several departments get each order.
 */
// tag::departments[]
@Configuration(proxyBeanMethods = false)
class Departments {

	private final List<String> done = new CopyOnWriteArrayList<>();

	@Bean
	@Producer(dispatcher = "broadcast")
	EventQueue<Order> orders() {
		return new EventQueue<>(1000);
	}

	@Consumer(subscribeTo = "orders")
	void bill(Order order) {
		this.done.add("bill " + order.id());
	}

	@Consumer(subscribeTo = "orders", maxDemand = 50)
	void mail(Order order) {
		this.done.add("mail " + order.customer());
	}

	@Consumer(subscriptions = @SubscribeTo(producer = "orders", selector = "isLarge"))
	void check(Order order) {
		this.done.add("check " + order.amount());
	}

	boolean isLarge(Order order) {
		return order.amount() > 100;
	}

}
// end::departments[]
