package io.genstage.howto;

import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The way in for orders.
 */
// tag::queue[]
@Configuration(proxyBeanMethods = false)
class OrderQueue {

	@Bean
	@Producer
	EventQueue<Order> orders() {
		return new EventQueue<>(1000);
	}

}
// end::queue[]
