package io.genstage.howto;

import java.nio.file.Path;
import java.util.List;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.LinePosition;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads a file into a table.
 */
// tag::import[]
@Configuration(proxyBeanMethods = false)
class OrderImport {

	private final JdbcTemplate jdbc;

	OrderImport(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	@Bean
	@Producer("lines")
	static CheckpointedProducer<LinePosition, String> lines(@Value("${import.file}") Path file,
			ProgressStore<LinePosition> positions) {
		return Sources.lines(file, positions, file.getFileName().toString());
	}

	@ProducerConsumer(subscribeTo = "lines", failure = @Failure(maxRetries = "0"))
	Order parse(String line) {
		String[] columns = line.split(";");
		return new Order(Long.parseLong(columns[0]), columns[1], Integer.parseInt(columns[2]));
	}

	@Consumer(subscribeTo = "parse", batch = @Batch(size = 500, timeout = "1s"))
	void write(List<Order> orders) {
		this.jdbc.batchUpdate("merge into orders (id, customer, amount) key (id) values (?, ?, ?)",
				orders.stream().map((order) -> new Object[] { order.id(), order.customer(), order.amount() }).toList());
	}

}
// end::import[]
