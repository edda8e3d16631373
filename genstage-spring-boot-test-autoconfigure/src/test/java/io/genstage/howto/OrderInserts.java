package io.genstage.howto;

import java.util.List;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Inserts orders many at a time.
 */
// tag::inserts[]
@Component
class OrderInserts {

	private final JdbcTemplate jdbc;

	OrderInserts(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	@Consumer(subscribeTo = "orders", batch = @Batch(size = 500, timeout = "1s"), failure = @Failure(isolate = "true"))
	@Transactional
	void insert(List<Order> orders) {
		this.jdbc.batchUpdate("insert into orders (id, customer, amount) values (?, ?, ?)",
				orders.stream().map((order) -> new Object[] { order.id(), order.customer(), order.amount() }).toList());
	}

}
// end::inserts[]
