package io.genstage.howto;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * What is done with an order, one step after the other.
 */
// tag::stages[]
@Component
class CheckoutStages {

	private final Map<String, Long> lastOrders = new ConcurrentHashMap<>();

	private final RestClient bank;

	private final JdbcTemplate jdbc;

	CheckoutStages(RestClient bank, JdbcTemplate jdbc) {
		this.bank = bank;
		this.jdbc = jdbc;
	}

	@ProducerConsumer(subscribeTo = "checkouts", concurrency = 8, rate = @Rate(events = 50, burst = 10),
			dispatcher = "partition", partitions = 16, partitionBy = "customer",
			failure = @Failure(timeout = "10s", excludes = HttpClientErrorException.BadRequest.class))
	Order pay(Order order) {
		this.bank.put().uri("/charges/{id}", order.id()).body(order).retrieve().toBodilessEntity();
		return order;
	}

	@ProducerConsumer(subscribeTo = "pay", concurrency = 4)
	Order remember(Order order) {
		this.lastOrders.put(order.customer(), order.id());
		return order;
	}

	@Consumer(subscribeTo = "remember", batch = @Batch(size = 500, timeout = "1s"),
			failure = @Failure(isolate = "true"))
	@Transactional
	void store(List<Order> orders) {
		this.jdbc.batchUpdate("insert into orders (id, customer, amount) values (?, ?, ?)",
				orders.stream().map((order) -> new Object[] { order.id(), order.customer(), order.amount() }).toList());
	}

	Long lastOrderOf(String customer) {
		return this.lastOrders.get(customer);
	}

}
// end::stages[]
