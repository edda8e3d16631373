package io.genstage.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.genstage.jdbc.JdbcLinks.RejectedMessage;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkSettlement.Action;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * The rows of one link in the table {@code genstage_link_event}. Any thread may use it;
 * each call is a transaction, of its own but for {@link #insertWithCaller}. All times are
 * those of the database.
 */
final class LinkTable {

	static final String NAME = "genstage_link_event";

	static final String SENT = "link, event_key, payload, payload_size, headers, status, attempts, visible_at, created_at";

	/** What {@link #row} reads: by their places, which is faster than by their names. */
	private static final String ROW = "id, event_key, payload, payload_size, headers, attempts, retry_note";

	static final String COLUMNS = SENT + ", reason, retry_note";

	private static final String WHAT = "the table " + NAME;

	/** The most that is read at once, beyond a first row of any size. */
	private static final long MOST_BYTES = 16 * 1024 * 1024;

	private static final int MAX_REASON = 1000;

	/** So many rows are removed, or read, by one statement that has their numbers. */
	private static final int MOST_AT_ONCE = 500;

	/** No database counts on from here in milliseconds, and none gets there. */
	private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

	private static final String READY = " where link = ? and status = 'READY'";

	private static final String REJECTED = " where link = ? and status = 'REJECTED'";

	/** Behind it by an index, so that nothing else is read. */
	private static final String WAITING = "select id from genstage_link_event" + READY + " and visible_at > %s limit 1";

	/** By the index alone. */
	private static final String EARLIER = "select id from genstage_link_event" + READY + " and id <= ? limit ?";

	private static final String HEAD = "select id, payload_size from genstage_link_event" + READY
			+ " and id > ? order by id limit ?";

	private static final String RANGE = "select " + ROW + " from genstage_link_event" + READY
			+ " and id between ? and ? order by id limit ?";

	private static final String THIS_ONE = " where id = ? and status = 'READY'";

	private final JdbcAccess database;

	private final String link;

	LinkTable(JdbcAccess database, String link) {
		this.database = database;
		this.link = link;
	}

	/**
	 * From the head, and not from where it was read last, unless all that is before is in
	 * flight: rows become visible in the order of their commits. A row that waits for its
	 * next attempt holds up those that were sent behind it with its key.
	 */
	private Candidates candidates(JdbcTemplate jdbc, Set<Long> inFlight, int max) {
		String now = this.database.dialect().now();
		// Only who reads the link lets one wait, and mostly none does.
		if (!jdbc.queryForList(WAITING.formatted(now), Long.class, this.link).isEmpty()) {
			return new Candidates(
					jdbc.query(notHeldUp(now), LinkTable::candidate, this.link, this.link, inFlight.size() + max),
					false);
		}
		long last = inFlight.stream().mapToLong(Long::longValue).max().orElse(0);
		boolean isAllInFlight = inFlight
			.containsAll(jdbc.query(EARLIER, (row, number) -> row.getLong(1), this.link, last, inFlight.size() + 1));
		return new Candidates(jdbc.query(HEAD, LinkTable::candidate, this.link, isAllInFlight ? last : 0,
				isAllInFlight ? max : inFlight.size() + max), true);
	}

	private static String notHeldUp(String now) {
		return """
				select w.id, w.payload_size from genstage_link_event w
				left join (select event_key, min(id) as first_id from genstage_link_event
					where link = ? and status = 'READY' and visible_at > %1$s and event_key is not null
					group by event_key) held on held.event_key = w.event_key
				where w.link = ? and w.status = 'READY' and w.visible_at <= %1$s
					and (held.first_id is null or w.id < held.first_id)
				order by w.id limit ?""".formatted(now);
	}

	// The sending end

	/** Adds rows, all of them or none. */
	void insert(List<LinkMessage> messages) {
		JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> insert(jdbc, messages)));
	}

	/** Adds a row in the transaction of the caller, or in one of its own. */
	void insertWithCaller(LinkMessage message) {
		this.database.inTransactionOfCaller((jdbc) -> insert(jdbc, List.of(message)));
	}

	private int[][] insert(JdbcTemplate jdbc, List<LinkMessage> messages) {
		return jdbc.batchUpdate("insert into genstage_link_event (%s) values (?, ?, ?, ?, ?, 'READY', 0, 0, %s)"
			.formatted(SENT, this.database.dialect().now()), messages, Math.max(1, messages.size()), this::setRow);
	}

	private void setRow(PreparedStatement row, LinkMessage message) throws SQLException {
		byte[] payload = message.payload();
		row.setString(1, this.link);
		row.setString(2, message.key());
		row.setBytes(3, payload);
		if (payload != null) {
			row.setLong(4, payload.length);
		}
		else {
			row.setNull(4, Types.BIGINT);
		}
		row.setString(5, LinkHeaders.write(message.headers()));
	}

	/** Looks whether the table can be reached. */
	void ping() {
		JdbcAccess.reach(WHAT, () -> this.database
			.inOwnTransaction((jdbc) -> jdbc.queryForList("select id from genstage_link_event where 1 = 0")));
	}

	// The receiving end

	/**
	 * Reads what can be delivered, in the order of its numbers.
	 * @param inFlight the rows that are left out, since they are delivered already
	 * @param max how many at most
	 */
	List<LinkRow> read(Set<Long> inFlight, int max) {
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			Candidates candidates = candidates(jdbc, inFlight, max);
			List<Candidate> others = candidates.all()
				.stream()
				.filter((candidate) -> !inFlight.contains(candidate.id()))
				.limit(max)
				.toList();
			return rows(jdbc, withinBytes(others), candidates);
		}));
	}

	private static Candidate candidate(ResultSet row, int number) throws SQLException {
		return new Candidate(row.getLong(1), row.getLong(2));
	}

	private static List<Candidate> withinBytes(List<Candidate> candidates) {
		long bytes = 0;
		for (int index = 0; index < candidates.size(); index++) {
			bytes += candidates.get(index).bytes();
			if (bytes > MOST_BYTES && index > 0) {
				return candidates.subList(0, index);
			}
		}
		return candidates;
	}

	private List<LinkRow> rows(JdbcTemplate jdbc, List<Candidate> chosen, Candidates candidates) {
		List<LinkRow> rows = new ArrayList<>(chosen.size());
		RowCallbackHandler handler = (row) -> rows.add(row(row));
		if (!chosen.isEmpty() && candidates.haveNothingBetween(chosen)) {
			// One statement for any number of them. One that is committed now comes, too.
			jdbc.query(RANGE, handler, this.link, chosen.get(0).id(), chosen.get(chosen.size() - 1).id(),
					chosen.size());
		}
		else {
			query(jdbc, chosen.stream().map(Candidate::id).toList(), handler);
		}
		return rows;
	}

	private static LinkRow row(ResultSet row) throws SQLException {
		return new LinkRow(row.getLong(1), row.getInt(6), message(row), row.getString(7));
	}

	/** Reads rows in the order of their numbers, in which these are. */
	private static void query(JdbcTemplate jdbc, List<Long> ids, RowCallbackHandler handler) {
		for (List<Long> some : portions(ids)) {
			jdbc.query("select %s, reason, created_at from genstage_link_event where id in (%s) order by id"
				.formatted(ROW, places(some)), handler, some.toArray());
		}
	}

	private static List<List<Long>> portions(List<Long> ids) {
		return IntStream.iterate(0, (from) -> from < ids.size(), (from) -> from + MOST_AT_ONCE)
			.mapToObj((from) -> ids.subList(from, Math.min(ids.size(), from + MOST_AT_ONCE)))
			.toList();
	}

	private static String places(List<Long> ids) {
		return String.join(", ", Collections.nCopies(ids.size(), "?"));
	}

	private static LinkMessage message(ResultSet row) throws SQLException {
		String key = row.getString(2);
		Map<String, String> headers = LinkHeaders.read(row.getString(5));
		long size = row.getLong(4);
		if (row.wasNull()) {
			return LinkMessage.gone("").withKey(key).withHeaders(headers);
		}
		// SQLite takes a value without bytes for none.
		byte[] payload = (size > 0) ? row.getBytes(3) : new byte[0];
		return new LinkMessage(key, payload, headers);
	}

	/** Counts the rows that are not done, and reads no more of them than that many. */
	int countReady(int most) {
		return count(READY, most);
	}

	/** Brings results into the table, all of them or none. */
	void settle(List<LinkResult> results) {
		JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			settle(jdbc, "delete from genstage_link_event" + THIS_ONE, of(Action.ACCEPT, results),
					(result) -> new Object[] { result.row().id() });
			settle(jdbc,
					"update genstage_link_event set attempts = ?, visible_at = %s + ?, reason = ?, retry_note = null"
						.formatted(this.database.dialect().now()) + THIS_ONE,
					of(Action.RETRY, results), (result) -> new Object[] { result.row().attempts() + 1, delay(result),
							reason(result), result.row().id() });
			settle(jdbc,
					"update genstage_link_event set visible_at = %s + ?, reason = ?, retry_note = ?"
						.formatted(this.database.dialect().now()) + THIS_ONE,
					of(Action.HOLD, results), (result) -> new Object[] { delay(result), reason(result),
							result.settlement().note(), result.row().id() });
			settle(jdbc, "update genstage_link_event set status = 'REJECTED', attempts = ?, reason = ?" + THIS_ONE,
					of(Action.REJECT, results),
					(result) -> new Object[] { result.row().attempts() + 1, reason(result), result.row().id() });
			return true;
		}));
	}

	/**
	 * Removes rows in the transaction of the caller, each of any link.
	 * @return whether all of them were there; if not, the caller has to roll back
	 */
	static boolean removeAllWithCaller(JdbcAccess database, List<Long> ids) {
		return database.inTransactionOfCaller((jdbc) -> {
			for (List<Long> some : portions(ids)) {
				if (jdbc.update(
						"delete from genstage_link_event where status = 'READY' and id in (%s)".formatted(places(some)),
						some.toArray()) != some.size()) {
					return false;
				}
			}
			return true;
		});
	}

	/**
	 * Removes those rows that are there, in the transaction of the caller.
	 * @return the numbers of those
	 */
	static Set<Long> removeEachWithCaller(JdbcAccess database, List<Long> ids) {
		return database.inTransactionOfCaller((jdbc) -> {
			Set<Long> removed = new HashSet<>();
			for (Long id : ids) {
				// What is said of many at once depends on the driver.
				if (jdbc.update("delete from genstage_link_event" + THIS_ONE, id) == 1) {
					removed.add(id);
				}
			}
			return removed;
		});
	}

	private static List<LinkResult> of(Action action, List<LinkResult> results) {
		return results.stream().filter((result) -> result.is(action)).toList();
	}

	private static void settle(JdbcTemplate jdbc, String sql, List<LinkResult> results,
			Function<LinkResult, Object[]> parameters) {
		jdbc.batchUpdate(sql, results.stream().map(parameters).toList());
	}

	private static long delay(LinkResult result) {
		Duration delay = result.settlement().delay();
		return ((delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY).toMillis();
	}

	private static @Nullable String reason(LinkResult result) {
		return ColumnText.cut(result.settlement().reason(), MAX_REASON);
	}

	// What was rejected

	/** Returns rejected rows behind a number, in the order of their numbers. */
	List<RejectedMessage> rejected(long behind, int max) {
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			List<Candidate> candidates = jdbc.query(
					"select id, payload_size from genstage_link_event" + REJECTED + " and id > ? order by id limit ?",
					LinkTable::candidate, this.link, behind, max);
			List<Long> ids = withinBytes(candidates).stream().map(Candidate::id).toList();
			List<RejectedMessage> rejected = new ArrayList<>();
			query(jdbc, ids,
					(row) -> rejected.add(new RejectedMessage(row.getLong("id"), message(row), row.getInt("attempts"),
							Objects.requireNonNullElse(row.getString("reason"), "without a reason"),
							Instant.ofEpochMilli(row.getLong("created_at")))));
			return rejected;
		}));
	}

	int countRejected(int most) {
		return count(REJECTED, most);
	}

	private int count(String which, int most) {
		Integer count = JdbcAccess.reach(WHAT,
				() -> this.database.inOwnTransaction((jdbc) -> jdbc.queryForObject(
						"select count(*) from (select id from genstage_link_event" + which + " limit ?) as counted",
						Integer.class, this.link, most)));
		return (count != null) ? count : 0;
	}

	/**
	 * Lets rejected rows be delivered again, with all their attempts.
	 * @return how many of them were rejected
	 */
	int retryRejected(Collection<Long> ids) {
		return changeRejected(
				"update genstage_link_event set status = 'READY', attempts = 0, visible_at = 0, retry_note = null",
				ids);
	}

	/**
	 * Deletes rejected rows.
	 * @return how many of them were rejected
	 */
	int removeRejected(Collection<Long> ids) {
		return changeRejected("delete from genstage_link_event", ids);
	}

	private int changeRejected(String change, Collection<Long> ids) {
		List<Object[]> rows = ids.stream().distinct().map((id) -> new Object[] { this.link, id }).toList();
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction(
				(jdbc) -> Arrays.stream(jdbc.batchUpdate(change + REJECTED + " and id = ?", rows)).sum()));
	}

	/**
	 * Rows that may be delivered, in their order.
	 *
	 * @param all the rows
	 * @param isHead whether the table had no other rows of the link between them
	 */
	private record Candidates(List<Candidate> all, boolean isHead) {

		boolean haveNothingBetween(List<Candidate> some) {
			return this.isHead && Collections.indexOfSubList(this.all, some) >= 0;
		}

	}

	private record Candidate(long id, long bytes) {
	}

}
