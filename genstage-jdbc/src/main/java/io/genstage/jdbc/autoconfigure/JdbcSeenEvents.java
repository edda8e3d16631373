package io.genstage.jdbc.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.function.ObjLongConsumer;

import javax.sql.DataSource;

import io.genstage.CallScope;
import io.genstage.boot.link.SeenEvents;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.JdbcSeen;
import io.genstage.jdbc.JdbcSeenOptions;
import io.genstage.link.LinkProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Remembers the events of links in the database of the application, with its
 * transactions.
 */
final class JdbcSeenEvents implements SeenEvents {

	private final DataSource dataSource;

	private final int connections;

	private final String application;

	private final ObjectProvider<PlatformTransactionManager> managers;

	/** Null as long as no link asks for it. */
	private volatile @Nullable JdbcSeen seen;

	/**
	 * Creates what remembers events.
	 * @param dataSource has the table
	 * @param connections how many connections it has at most, 0 if that isn't known
	 * @param application whose events these are
	 * @param managers those of the application
	 */
	JdbcSeenEvents(DataSource dataSource, int connections, String application,
			ObjectProvider<PlatformTransactionManager> managers) {
		this.dataSource = dataSource;
		this.connections = connections;
		this.application = application;
		this.managers = managers;
	}

	@Override
	public boolean keepsConnection(LinkProvider provider) {
		return provider instanceof JdbcLinks links && links.isIn(this.dataSource);
	}

	@Override
	public int connections() {
		return this.connections;
	}

	@Override
	public CallScope scope(Map<String, Duration> keepFor, ObjLongConsumer<String> repeated) {
		JdbcSeenOptions options = new JdbcSeenOptions(this.application, JdbcSeenOptions.DEFAULT_KEEP_FOR, keepFor);
		JdbcSeen scope = HandlerTransactions.with(this.managers,
				(manager) -> new JdbcSeen(this.dataSource, manager, options, repeated));
		this.seen = scope;
		return scope;
	}

	/** Looks at the table if it is used. */
	void checkTable() {
		JdbcSeen used = this.seen;
		if (used != null) {
			used.checkTable();
		}
	}

}
