package io.genstage.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The ids that one application has in the table {@code genstage_seen}. Any thread may use
 * it. All times are those of the database.
 */
final class SeenTable implements Claim<SeenId> {

	static final String NAME = "genstage_seen";

	private static final String COLUMNS = "application, link, event_id, expires_at";

	private static final String WHAT = "the table " + NAME;

	private static final int MAX_APPLICATION = 100;

	/** So many rows are added by one statement. */
	private static final int MOST_AT_ONCE = 500;

	private final JdbcAccess database;

	private final String application;

	SeenTable(DataSource dataSource, String application) {
		this.database = new JdbcAccess(dataSource);
		this.application = ColumnText.unique(application, MAX_APPLICATION);
	}

	void check(String property) {
		this.database.checkColumns(WHAT, "events that come again can't be recognized", "seen", property,
				Map.of(NAME, COLUMNS));
	}

	/**
	 * Adds ids in the transaction of the caller. Whoever adds one at the same time waits.
	 */
	@Override
	public boolean takeAll(List<SeenId> ids) {
		return this.database.inTransactionOfCaller((jdbc) -> {
			for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
				List<SeenId> some = ids.subList(from, Math.min(ids.size(), from + MOST_AT_ONCE));
				if (add(jdbc, some) != some.size()) {
					return false;
				}
			}
			return true;
		});
	}

	/** Adds those that are not there, or that are there for longer than they are kept. */
	@Override
	public Set<SeenId> takeEach(List<SeenId> ids) {
		return this.database.inTransactionOfCaller((jdbc) -> {
			Set<SeenId> taken = new HashSet<>();
			for (SeenId id : ids) {
				if (add(jdbc, List.of(id)) == 1 || renew(jdbc, id)) {
					taken.add(id);
				}
			}
			return taken;
		});
	}

	/** Returns how many were added: with H2 none of them, if any is there. */
	private int add(JdbcTemplate jdbc, List<SeenId> ids) {
		String row = "(?, ?, ?, %s + ?)".formatted(this.database.dialect().now());
		String rows = "genstage_seen (%s) values %s".formatted(COLUMNS,
				String.join(", ", Collections.nCopies(ids.size(), row)));
		List<@Nullable Object> values = new ArrayList<>();
		for (SeenId id : ids) {
			Collections.addAll(values, this.application, id.link(), id.id(), id.keepFor().toMillis());
		}
		try {
			return jdbc.update(this.database.dialect().insertAbsent(rows), values.toArray());
		}
		catch (DuplicateKeyException ex) {
			return 0;
		}
	}

	private boolean renew(JdbcTemplate jdbc, SeenId id) {
		String now = this.database.dialect().now();
		return jdbc.update(
				"update genstage_seen set expires_at = %1$s + ? where application = ? and link = ? and event_id = ? and expires_at <= %1$s"
					.formatted(now),
				id.keepFor().toMillis(), this.application, id.link(), id.id()) == 1;
	}

	/**
	 * Removes the ids that are there for longer than they are kept, of any application,
	 * beginning with those that are there for longest.
	 * @param most about how many at most
	 * @return how many there were
	 * @throws io.genstage.source.SourceUnavailableException if the database can't be
	 * reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	int removeExpired(int most) {
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			Long last = jdbc.queryForObject(
					"select max(expires_at) from (select expires_at from genstage_seen where expires_at <= %s order by expires_at limit ?) expired"
						.formatted(this.database.dialect().now()),
					Long.class, most);
			return (last != null) ? jdbc.update("delete from genstage_seen where expires_at <= ?", last) : 0;
		}));
	}

}
