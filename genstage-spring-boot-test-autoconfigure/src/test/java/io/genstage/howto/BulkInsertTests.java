package io.genstage.howto;

import java.time.Duration;
import java.util.List;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Inserts in batches.
 */
@GenStageTest(value = { OrderQueue.class, OrderInserts.class },
		properties = { "spring.config.location=classpath:/io/genstage/howto/bulk-insert.yml",
				"spring.sql.init.schema-locations=classpath:/io/genstage/howto/orders.sql" })
class BulkInsertTests {

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Autowired
	private DeadLetterDesk desk;

	@Autowired
	private JdbcTemplate jdbc;

	@BeforeEach
	void emptyTable() {
		this.jdbc.update("delete from orders");
	}

	@Test
	void areMadeWhenTheFirstOrderHasWaitedLongEnough() {
		this.probes.emit("orders", new Order(1, "Ann", 3), new Order(2, "Bob", 1));
		assertThat(ids()).isEmpty();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(ids()).containsExactly(1L, 2L);
	}

	@Test
	void leaveOutTheRowAtFault() {
		this.probes.emit("orders", new Order(1, "Ann", 3), new Order(2, "Bob", 0), new Order(3, "Cleo", 1));
		this.probes.flush("insert");
		assertThat(ids()).isEmpty();
		this.time.advance(Duration.ofMinutes(1));
		assertThat(ids()).containsExactly(1L, 3L);
		assertThat(this.desk).fromStage("insert").hasLetters(1).events().containsExactly(new Order(2, "Bob", 0));
	}

	private List<Long> ids() {
		return this.jdbc.queryForList("select id from orders order by id", Long.class);
	}

}
