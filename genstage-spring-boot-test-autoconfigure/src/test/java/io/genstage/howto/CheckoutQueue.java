package io.genstage.howto;

import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The orders that were sent, of each customer in their order.
 */
// tag::queue[]
@Configuration(proxyBeanMethods = false)
class CheckoutQueue {

	@Bean
	@Producer(dispatcher = "partition", partitions = 16, partitionBy = "customer")
	EventQueue<Order> checkouts() {
		return new EventQueue<>(1000);
	}

}
// end::queue[]
