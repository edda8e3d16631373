package io.genstage.howto;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.jdbc.JdbcTable;
import io.genstage.jdbc.TablePosition;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Reads orders from a table.
 */
// tag::table[]
@Configuration(proxyBeanMethods = false)
class OrderTable {

	final List<Order> shipped = new CopyOnWriteArrayList<>();

	@Bean
	@Producer("orders")
	CheckpointedProducer<TablePosition, Order> orders(DataSource database, ProgressStore<TablePosition> positions) {
		JdbcTable<Order> rows = JdbcTable
			.of(database, "orders",
					(row, number) -> new Order(row.getLong("id"), row.getString("customer"), row.getInt("amount")))
			.settledAfter("created_at", Duration.ofSeconds(10));
		return Sources.checkpointed(rows, positions, "orders");
	}

	@Consumer(subscribeTo = "orders")
	void ship(Order order) {
		this.shipped.add(order);
	}

}
// end::table[]
