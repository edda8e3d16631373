package io.genstage.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import io.genstage.jdbc.JdbcWorkQueue.DeadRow;
import io.genstage.jdbc.WorkResult.Dead;
import io.genstage.jdbc.WorkResult.Done;
import io.genstage.jdbc.WorkResult.Later;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows of one queue in the table {@code genstage_work}. Any thread may use it; each
 * call is a transaction, of its own but for {@link #insert}. All times are those of the
 * database.
 */
final class WorkTable {

	private static final String NAME = "genstage_work";

	private static final String QUEUES = "genstage_work_queue";

	private static final String COLUMNS = "id, queue, event_key, event_type, content_type, payload, payload_size, "
			+ "status, attempts, epoch, visible_at, sent_at, reason, retry_note";

	private static final String QUEUE_COLUMNS = "queue, claims";

	private static final String SCRIPT = "queue";

	private static final String PROPERTY = "genstage.work-queue.jdbc.initialize-schema";

	private static final String WHAT = "the table " + NAME;

	/** The most that is read at once, beyond a first row of any size. */
	private static final long MOST_BYTES = 16 * 1024 * 1024;

	private static final String READY = " where queue = ? and status = 'READY' and visible_at <= ";

	private static final String DEAD = " where queue = ? and status = 'DEAD'";

	private static final String CLAIMED = " where id = ? and epoch = ?";

	private final JdbcAccess database;

	private final String queue;

	private final WorkQueueOptions options;

	private volatile boolean queueKnown;

	private volatile boolean checked;

	WorkTable(JdbcAccess database, String queue, WorkQueueOptions options) {
		this.database = database;
		this.queue = queue;
		this.options = options;
	}

	/**
	 * Looks whether the table is there and has all columns, without waiting for locks for
	 * long.
	 * @throws UnusableTablesException if it isn't or hasn't, with all that is wrong
	 * @throws SourceUnavailableException if the database can't be reached for now
	 */
	void checkColumns() {
		this.database.checkColumns(WHAT, consequence(), SCRIPT, PROPERTY, Map.of(NAME, COLUMNS));
	}

	private String consequence() {
		return "the queue '%s' can't be read from the database".formatted(this.queue);
	}

	/** Looks, until it was so once, whether the tables may be changed as well. */
	private void check() {
		if (this.checked) {
			return;
		}
		TableCheck tables = this.database.tableCheck(SCRIPT, PROPERTY);
		if (tables.hasColumns(NAME, COLUMNS)) {
			tables.canUpdate(NAME, "attempts");
			tables.canDelete(NAME);
		}
		if (isExclusive() && tables.hasColumns(QUEUES, QUEUE_COLUMNS)) {
			tables.canInsert(QUEUES, QUEUE_COLUMNS);
			tables.canUpdate(QUEUES, "claims");
		}
		tables.finish(consequence());
		this.checked = true;
	}

	/** Adds a row in the transaction of the caller, or in one of its own. */
	void insert(@Nullable String key, String eventType, String contentType, byte[] payload) {
		this.database.inTransactionOfCaller((jdbc) -> {
			String now = this.database.dialect().now();
			return jdbc
				.update("""
						insert into genstage_work (queue, event_key, event_type, content_type, payload, payload_size, status,
						attempts, epoch, visible_at, sent_at) values (?, ?, ?, ?, ?, ?, 'READY', 0, 0, %1$s, %1$s)"""
					.formatted(now), this.queue, key, eventType, contentType, payload, payload.length);
		});
	}

	/**
	 * Hands out rows, in the order in which they were sent.
	 * @param max how many at most
	 * @return the rows, and those that are dead since they were handed out too often
	 * @throws UnusableTablesException if the tables can't be used
	 */
	Claimed claim(int max) {
		return JdbcAccess.reach(WHAT, () -> {
			check();
			if (isExclusive()) {
				makeQueueKnown();
			}
			return this.database.inOwnTransaction((jdbc) -> claim(jdbc, max));
		});
	}

	/** Returns whether claims of this queue are made one at a time. */
	private boolean isExclusive() {
		return this.options.ordered() || !this.database.dialect().skipsLocked();
	}

	private void makeQueueKnown() {
		if (this.queueKnown) {
			return;
		}
		try {
			this.database.inOwnTransaction((jdbc) -> {
				Integer rows = jdbc.queryForObject("select count(*) from genstage_work_queue where queue = ?",
						Integer.class, this.queue);
				return (rows != null && rows > 0) ? 0
						: jdbc.update("insert into genstage_work_queue (queue, claims) values (?, 0)", this.queue);
			});
		}
		catch (DuplicateKeyException ex) {
			// Somebody else was faster, and the row is there.
		}
		this.queueKnown = true;
	}

	private Claimed claim(JdbcTemplate jdbc, int max) {
		if (isExclusive()) {
			// Locks the row until the end.
			jdbc.update("update genstage_work_queue set claims = claims + 1 where queue = ?", this.queue);
		}
		List<Candidate> candidates = candidates(jdbc, max);
		List<Candidate> tired = candidates.stream()
			.filter((candidate) -> candidate.attempts() >= this.options.maxAttempts())
			.toList();
		jdbc.batchUpdate("update genstage_work set status = 'DEAD', reason = ?" + CLAIMED,
				tired.stream()
					.map((candidate) -> new Object[] { tiredReason(candidate), candidate.id(), candidate.epoch() })
					.toList());
		List<WorkClaim> claims = take(jdbc, withinBytes(candidates));
		return new Claimed(rows(jdbc, claims), tired.stream().map(Candidate::id).toList(), !candidates.isEmpty());
	}

	private static String tiredReason(Candidate candidate) {
		return "was handed out %d times, and was never settled".formatted(candidate.attempts());
	}

	private List<Candidate> candidates(JdbcTemplate jdbc, int max) {
		Dialect dialect = this.database.dialect();
		String sql = "select w.id, w.attempts, w.epoch, w.payload_size, w.retry_note from genstage_work w" + READY
				+ dialect.now() + (this.options.ordered() ? firstOfKey(dialect.now()) : "") + " order by w.id limit ?"
				+ (dialect.skipsLocked() ? " for update skip locked" : "");
		return jdbc.query(sql, (row, number) -> new Candidate(row.getLong("id"), row.getInt("attempts"),
				row.getLong("epoch"), row.getLong("payload_size"), row.getString("retry_note")), this.queue, max);
	}

	private static String firstOfKey(String now) {
		return """
				 and (w.event_key is null or not exists (select 1 from genstage_work o where o.queue = w.queue
				and o.event_key = w.event_key and o.status = 'READY' and o.id <> w.id and (o.id < w.id or o.visible_at > %s)))"""
			.formatted(now);
	}

	private List<Candidate> withinBytes(List<Candidate> candidates) {
		List<Candidate> taken = new ArrayList<>();
		long bytes = 0;
		for (Candidate candidate : candidates) {
			if (candidate.attempts() >= this.options.maxAttempts()) {
				continue;
			}
			bytes += candidate.bytes();
			if (bytes > MOST_BYTES && !taken.isEmpty()) {
				break;
			}
			taken.add(candidate);
		}
		return taken;
	}

	private List<WorkClaim> take(JdbcTemplate jdbc, List<Candidate> candidates) {
		jdbc.batchUpdate(
				"update genstage_work set attempts = attempts + 1, epoch = epoch + 1, visible_at = %s + ?"
					.formatted(this.database.dialect().now()) + CLAIMED,
				candidates.stream()
					.map((candidate) -> new Object[] { this.options.visibility().toMillis(), candidate.id(),
							candidate.epoch() })
					.toList());
		return candidates.stream()
			.map((candidate) -> new WorkClaim(candidate.id(), candidate.epoch() + 1, candidate.attempts() + 1,
					candidate.note()))
			.toList();
	}

	private List<WorkRow> rows(JdbcTemplate jdbc, List<WorkClaim> claims) {
		if (claims.isEmpty()) {
			return List.of();
		}
		Map<Long, WorkRow> rows = new HashMap<>();
		Map<Long, WorkClaim> byId = new HashMap<>();
		claims.forEach((claim) -> byId.put(claim.id(), claim));
		String places = String.join(", ", Collections.nCopies(claims.size(), "?"));
		jdbc.query("select id, event_type, content_type, payload from genstage_work where id in (%s)".formatted(places),
				(row) -> {
					WorkClaim claim = byId.get(row.getLong("id"));
					if (claim != null) {
						rows.put(claim.id(), new WorkRow(claim, row.getString("event_type"),
								row.getString("content_type"), row.getBytes("payload")));
					}
				}, claims.stream().map(WorkClaim::id).toArray());
		return claims.stream().map(WorkClaim::id).filter(rows::containsKey).map(rows::get).toList();
	}

	/**
	 * Keeps events from others for longer.
	 * @return those that are not claimed by this any more
	 */
	List<WorkClaim> extend(Collection<WorkClaim> claims) {
		List<WorkClaim> extended = List.copyOf(claims);
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			int[] rows = jdbc.batchUpdate("update genstage_work set visible_at = %s + ?"
				.formatted(this.database.dialect().now()) + CLAIMED, extended.stream()
					.map((claim) -> new Object[] { this.options.visibility().toMillis(), claim.id(), claim.epoch() })
					.toList());
			return unchanged(extended, rows);
		}));
	}

	/** Gives back what was handed out and not tried. */
	void release(List<WorkClaim> claims) {
		JdbcAccess.reach(WHAT,
				() -> this.database.inOwnTransaction((jdbc) -> jdbc.batchUpdate(
						"update genstage_work set attempts = attempts - 1, visible_at = 0" + CLAIMED,
						claims.stream().map((claim) -> new Object[] { claim.id(), claim.epoch() }).toList())));
	}

	/**
	 * Settles events, all of them or none.
	 * @return the claims that came too late: somebody else has got their event since
	 */
	List<WorkClaim> settle(Collection<WorkResult> results) {
		List<Done> done = of(Done.class, results);
		List<Later> later = of(Later.class, results);
		List<Dead> dead = of(Dead.class, results);
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> {
			List<WorkClaim> late = new ArrayList<>();
			late.addAll(settle(jdbc,
					this.options.keepDone() ? "update genstage_work set status = 'DONE'" + CLAIMED
							: "delete from genstage_work" + CLAIMED,
					done, (result) -> new Object[] { result.claim().id(), result.claim().epoch() }));
			late.addAll(settle(jdbc,
					"update genstage_work set attempts = ?, reason = ?, visible_at = %s + ?, retry_note = ?"
						.formatted(this.database.dialect().now()) + CLAIMED,
					later, (result) -> new Object[] { result.attempts(), result.reason(), result.delay().toMillis(),
							result.note(), result.claim().id(), result.claim().epoch() }));
			late.addAll(settle(jdbc, "update genstage_work set status = 'DEAD', reason = ?" + CLAIMED, dead,
					(result) -> new Object[] { result.reason(), result.claim().id(), result.claim().epoch() }));
			return late;
		}));
	}

	/** Returns dead rows behind a number, in the order of their numbers. */
	List<DeadRow> dead(long behind, int max) {
		return JdbcAccess.reach(WHAT, () -> this.database.inOwnTransaction((jdbc) -> jdbc.query(
				"select id, event_key, event_type, attempts, reason, sent_at from genstage_work" + DEAD
						+ " and id > ? order by id limit ?",
				(row, number) -> new DeadRow(row.getLong("id"), row.getString("event_key"), row.getString("event_type"),
						row.getInt("attempts"), Objects.requireNonNullElse(row.getString("reason"), "without a reason"),
						Instant.ofEpochMilli(row.getLong("sent_at"))),
				this.queue, behind, max)));
	}

	/** Counts dead rows, and reads no more of them than that many. */
	int countDead(int most) {
		Integer count = JdbcAccess.reach(WHAT,
				() -> this.database.inOwnTransaction((jdbc) -> jdbc.queryForObject(
						"select count(*) from (select id from genstage_work" + DEAD + " limit ?) as dead_rows",
						Integer.class, this.queue, most)));
		return (count != null) ? count : 0;
	}

	/**
	 * Lets dead rows be handed out again. What is still said of an older claim comes too
	 * late.
	 * @return how many of them were dead
	 */
	int retryDead(Collection<Long> ids) {
		return changeDead(
				"update genstage_work set status = 'READY', attempts = 0, epoch = epoch + 1, visible_at = 0, retry_note = null",
				ids);
	}

	/**
	 * Deletes dead rows.
	 * @return how many of them were dead
	 */
	int removeDead(Collection<Long> ids) {
		return changeDead("delete from genstage_work", ids);
	}

	private int changeDead(String change, Collection<Long> ids) {
		List<Object[]> rows = ids.stream().distinct().map((id) -> new Object[] { this.queue, id }).toList();
		return JdbcAccess.reach(WHAT, () -> this.database
			.inOwnTransaction((jdbc) -> Arrays.stream(jdbc.batchUpdate(change + DEAD + " and id = ?", rows)).sum()));
	}

	private static <R extends WorkResult> List<R> of(Class<R> type, Collection<WorkResult> results) {
		return results.stream().filter(type::isInstance).map(type::cast).toList();
	}

	private static <R extends WorkResult> List<WorkClaim> settle(JdbcTemplate jdbc, String sql, List<R> results,
			Function<R, Object[]> parameters) {
		int[] rows = jdbc.batchUpdate(sql, results.stream().map(parameters).toList());
		return unchanged(results.stream().map(WorkResult::claim).toList(), rows);
	}

	private static List<WorkClaim> unchanged(List<WorkClaim> claims, int[] rows) {
		List<WorkClaim> unchanged = new ArrayList<>();
		for (int index = 0; index < rows.length; index++) {
			if (rows[index] == 0) {
				unchanged.add(claims.get(index));
			}
		}
		return unchanged;
	}

	/**
	 * What a claim has brought.
	 *
	 * @param rows what was handed out
	 * @param tired the rows that are dead now, since they were handed out too often
	 * @param any whether there was anything to be handed out
	 */
	record Claimed(List<WorkRow> rows, List<Long> tired, boolean any) {
	}

	private record Candidate(long id, int attempts, long epoch, long bytes, @Nullable String note) {
	}

}
