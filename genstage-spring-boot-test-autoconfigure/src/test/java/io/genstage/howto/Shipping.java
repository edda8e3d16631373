package io.genstage.howto;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Ships the orders of each customer one after the other.
 */
// tag::shipping[]
@Configuration(proxyBeanMethods = false)
class Shipping {

	private final List<Order> shipped = new CopyOnWriteArrayList<>();

	@Bean
	@Producer(dispatcher = "partition", partitions = 16, partitionBy = "customer")
	EventQueue<Order> orders() {
		return new EventQueue<>(1000);
	}

	@Consumer(subscribeTo = "orders", concurrency = 4)
	void ship(Order order) {
		this.shipped.add(order);
	}

}
// end::shipping[]
