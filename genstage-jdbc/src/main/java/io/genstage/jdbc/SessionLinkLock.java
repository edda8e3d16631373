package io.genstage.jdbc;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A lock of a session at a server. It isn't bound to a transaction, which would keep the
 * server from cleaning up behind those that have ended meanwhile.
 */
final class SessionLinkLock implements LinkLock {

	/** For these two the table is that which the session finds by its name. */
	private static final String POSTGRESQL_KEY = "(? # cast('genstage_link_event'::regclass::oid as bigint))";

	private static final String MARIADB_KEY = "concat('genstage-link-', left(sha2(concat(database(), '.', ?), 256), 32))";

	private final Supplier<Boolean> take;

	private final Supplier<Boolean> release;

	private boolean taken;

	private SessionLinkLock(Supplier<Boolean> take, Supplier<Boolean> release) {
		this.take = take;
		this.release = release;
	}

	static SessionLinkLock ofPostgres(JdbcTemplate session, String link) {
		long number = ColumnText.digest(link);
		return new SessionLinkLock(
				() -> isTrue(session.queryForObject("select pg_try_advisory_lock(%s)".formatted(POSTGRESQL_KEY),
						Boolean.class, number)),
				() -> isTrue(session.queryForObject("select pg_advisory_unlock(%s)".formatted(POSTGRESQL_KEY),
						Boolean.class, number)));
	}

	static SessionLinkLock ofMariaDb(JdbcTemplate session, String link) {
		return new SessionLinkLock(
				() -> isTrue(session.queryForObject("select get_lock(%s, 0) = 1".formatted(MARIADB_KEY), Boolean.class,
						link)),
				() -> isTrue(session.queryForObject("select release_lock(%s) = 1".formatted(MARIADB_KEY), Boolean.class,
						link)));
	}

	private static boolean isTrue(@Nullable Boolean answer) {
		return Boolean.TRUE.equals(answer);
	}

	@Override
	public boolean take() {
		if (!this.taken) {
			this.taken = this.take.get();
		}
		return this.taken;
	}

	@Override
	public void release() {
		if (this.taken) {
			this.taken = false;
			Boolean unused = this.release.get();
		}
	}

}
