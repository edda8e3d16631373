package io.genstage.jdbc.examples;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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

@Configuration(proxyBeanMethods = false)
class Shop {

	final Queue<Order> booked = new ConcurrentLinkedQueue<>();

	// tag::table[]
	@Bean
	@Producer("orders")
	CheckpointedProducer<TablePosition, Order> orders(DataSource dataSource, ProgressStore<TablePosition> positions) {
		JdbcTable<Order> rows = JdbcTable.of(dataSource, "orders", Shop::map)
			.settledAfter("created_at", Duration.ofMinutes(1));
		return Sources.checkpointed(rows, positions, "orders");
	}
	// end::table[]

	private static Order map(ResultSet row, int number) throws SQLException {
		return new Order(row.getLong("id"), row.getString("item"));
	}

	@Consumer(subscribeTo = "orders")
	void book(Order order) {
		this.booked.add(order);
	}

	record Order(long id, String item) {
	}

}
