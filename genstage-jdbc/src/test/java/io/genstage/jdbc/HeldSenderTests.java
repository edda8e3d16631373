package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import io.genstage.jdbc.database.Database;
import io.genstage.trial.link.HeldSending;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that has more than the database confirms, which is held for a while.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HeldSenderTests {

	// X8

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("try") // it is released in the end, whatever has failed
	void holdsItsSourceWhileNothingIsConfirmed(Database database) throws Exception {
		DataSource dataSource = Schema.create(database.newDataSource(), database, "links");
		Held held = new Held(dataSource);
		try (AutoCloseable releasing = held::release) {
			List<String> sent = new HeldSending(new JdbcLinks(held), LinkEnd.ORDERS).run(held::hold, held::release);
			assertThat(new JdbcTemplate(dataSource).query("select payload from genstage_link_event",
					(row, number) -> new String(row.getBytes(1), StandardCharsets.UTF_8)))
				.containsExactlyInAnyOrderElementsOf(sent);
		}
	}

	/**
	 * A database that lets nobody in while it is held.
	 */
	private static final class Held extends DelegatingDataSource {

		private final ReentrantLock lock = new ReentrantLock();

		private final Condition changed = this.lock.newCondition();

		/** Guarded by the lock. */
		private boolean held;

		Held(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.lock.lock();
			try {
				while (this.held) {
					this.changed.awaitUninterruptibly();
				}
			}
			finally {
				this.lock.unlock();
			}
			return super.getConnection();
		}

		void hold() {
			set(true);
		}

		void release() {
			set(false);
		}

		private void set(boolean hold) {
			this.lock.lock();
			try {
				this.held = hold;
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}

	}

}
