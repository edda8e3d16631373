package io.genstage.howto;

import java.time.Duration;
import java.util.List;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A table that is read while it grows.
 */
@GenStageTest(value = OrderTable.class, virtualTime = false,
		properties = { "spring.config.location=classpath:/io/genstage/howto/poll-a-database.yml",
				"spring.sql.init.schema-locations=classpath:/io/genstage/howto/orders.sql" })
class PolledDatabaseTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private OrderTable table;

	@Test
	void isReadOnceAndRemembered() {
		insert(1, "Ann");
		insert(2, "Bob");
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.table.shipped).containsExactly(new Order(1, "Ann", 3),
					new Order(2, "Bob", 3)));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(positions()).containsExactly("0:2"));
	}

	private void insert(long id, String customer) {
		this.jdbc.update("insert into orders (id, customer, amount, created_at)"
				+ " values (?, ?, 3, dateadd(hour, -1, current_timestamp))", id, customer);
	}

	private List<String> positions() {
		return this.jdbc.queryForList("select saved_position from genstage_progress", String.class);
	}

}
