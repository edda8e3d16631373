package io.genstage.jdbc;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The letters of one application as rows of a table. It counts nothing and knows no
 * transactions.
 */
final class LetterTable {

	private final NamedParameterJdbcTemplate jdbc;

	private final String table;

	private final String application;

	private final String now;

	LetterTable(NamedParameterJdbcTemplate jdbc, JdbcDeadLetterOptions options, Dialect dialect) {
		this.jdbc = jdbc;
		this.table = options.table();
		this.application = options.application();
		this.now = dialect.now();
	}

	/** Adds letters in their order. */
	void insert(List<Written> letters) {
		this.jdbc.batchUpdate(
				("insert into %s (id, application, stage, source, event_key, event_type, content_type, payload, status, "
						+ "attempts, replays, cause_type, cause_message, batch_id, reason, first_failed_at, "
						+ "last_failed_at) values (:id, :application, :stage, :source, :event_key, :event_type, "
						+ ":content_type, :payload, :status, :attempts, :replays, :cause_type, :cause_message, "
						+ ":batch_id, :reason, :first_failed_at, :last_failed_at)")
					.formatted(this.table),
				letters.stream().map(this::row).toArray(MapSqlParameterSource[]::new));
	}

	private MapSqlParameterSource row(Written letter) {
		return parameters(LetterRow.values(letter.stored())).addValue("content_type", letter.contentType())
			.addValue("payload", letter.payload());
	}

	private MapSqlParameterSource parameters(Map<String, ? extends @Nullable Object> values) {
		return LetterRow.parameters(values).addValue("application", this.application);
	}

	private MapSqlParameterSource parameters(UUID id) {
		return parameters(Map.of("id", id.toString()));
	}

	private MapSqlParameterSource parameters(Collection<UUID> ids) {
		return parameters(Map.of("ids", ids.stream().map(UUID::toString).toList()));
	}

	Optional<LetterRow> find(UUID id) {
		return Optional.ofNullable(find(List.of(id)).get(id));
	}

	/** Returns those of some letters that are there. */
	Map<UUID, LetterRow> find(Collection<UUID> ids) {
		Map<UUID, LetterRow> found = new HashMap<>();
		this.jdbc.query(select("where application = :application and id in (:ids)"), parameters(ids), LetterRow::read)
			.forEach((row) -> found.put(row.letter().id(), row));
		return found;
	}

	Optional<LetterRow> lock(UUID id) {
		return Optional.ofNullable(lock(List.of(id)).get(id));
	}

	/**
	 * Keeps everybody else from changing letters until the transaction ends, and returns
	 * those that are there. A change of nothing does so in each database; it comes before
	 * anything is read, since SQLite may not make a writer of a reader.
	 */
	Map<UUID, LetterRow> lock(Collection<UUID> ids) {
		this.jdbc.update("update %s set attempts = attempts where application = :application and id in (:ids)"
			.formatted(this.table), parameters(ids));
		return find(ids);
	}

	private String select(String rest) {
		return "select %s, %s as now_at from %s %s".formatted(LetterRow.COLUMNS, this.now, this.table, rest);
	}

	Optional<Payload> payload(UUID id) {
		return this.jdbc.query(
				"select stage, event_type, content_type, payload from %s where application = :application and id = :id"
					.formatted(this.table),
				parameters(id), (row, number) -> new Payload(row.getString("stage"), row.getString("event_type"),
						row.getString("content_type"), row.getBytes("payload")))
			.stream()
			.findFirst();
	}

	List<LetterRow> newestFirst(DeadLetterFilter filter, long before, int limit) {
		return page(filter, "position < :place", "desc", before, limit);
	}

	List<LetterRow> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		return page(filter, "position > :place", "asc", after, limit);
	}

	private List<LetterRow> page(DeadLetterFilter filter, String from, String direction, long place, int limit) {
		LetterCondition condition = new LetterCondition(filter, this.now);
		String rows = condition.alternatives()
			.stream()
			.map((alternative) -> pageOf("%s and %s".formatted(alternative, from), condition.order(direction)))
			.collect(Collectors.joining(" union all "));
		String sql = "select %s, now_at from (%s) letters order by position %s limit :limit"
			.formatted(LetterRow.COLUMNS, rows, direction);
		return this.jdbc.query(sql, parameters(condition.values()).addValue("place", place).addValue("limit", limit),
				LetterRow::read);
	}

	/** One of several pages, in a select of its own, which a limit may stand in. */
	private String pageOf(String condition, String order) {
		return "select * from (%s) page"
			.formatted(select("where %s order by %s limit :limit".formatted(condition, order)));
	}

	/**
	 * Returns whether a letter in front of one with a key is neither gone nor abandoned.
	 */
	boolean isBehindAnother(DeadLetter stored) {
		return stored.key() != null && !this.jdbc
			.queryForList(
					("select position from %s where application = :application and stage = :stage "
							+ "and event_key = :event_key and status = 'WAITING' and position < :position limit 1")
						.formatted(this.table),
					parameters(
							Map.of("stage", stored.stage(), "event_key", stored.key(), "position", stored.position())),
					Long.class)
			.isEmpty();
	}

	/**
	 * Keeps everybody else from removing the last letter of a key until the transaction
	 * ends.
	 * @return whether there is one that waits; it needs to see what others have committed
	 */
	boolean lockLast(LetterChanges.Sequence sequence) {
		String last = ("select id from %s where application = :application and stage = :stage "
				+ "and event_key = :event_key and status = 'WAITING' order by application desc, stage desc, event_key desc, "
				+ "status desc, position desc limit 1")
			.formatted(this.table);
		MapSqlParameterSource key = parameters(Map.of("stage", sequence.stage(), "event_key", sequence.key()));
		while (true) {
			List<@Nullable String> found = this.jdbc.queryForList(last, key, String.class);
			if (found.isEmpty()) {
				return false;
			}
			int locked = this.jdbc.update(
					("update %s set attempts = attempts where application = :application and id = :id "
							+ "and status = 'WAITING'")
						.formatted(this.table),
					parameters(Map.of("id", Objects.requireNonNull(found.get(0)))));
			if (locked > 0) {
				return true;
			}
		}
	}

	void claim(LetterRow row, UUID claim, long millis) {
		this.jdbc.update(
				"update %s set claimed_by = :claim, claimed_until = :until where application = :application and id = :id"
					.formatted(this.table),
				parameters(row.letter().id()).addValue("claim", claim.toString())
					.addValue("until", row.now() + millis));
	}

	/** Changes what may change of a letter, and ends its claim. */
	void update(DeadLetter stored) {
		this.jdbc.update(
				("update %s set status = :status, attempts = :attempts, replays = :replays, cause_type = :cause_type, "
						+ "cause_message = :cause_message, batch_id = :batch_id, reason = :reason, "
						+ "first_failed_at = :first_failed_at, last_failed_at = :last_failed_at, claimed_by = null, "
						+ "claimed_until = null where application = :application and id = :id")
					.formatted(this.table),
				parameters(LetterRow.values(stored)));
	}

	void delete(Collection<UUID> ids) {
		this.jdbc.update("delete from %s where application = :application and id in (:ids)".formatted(this.table),
				parameters(ids));
	}

	/** Returns some letters that have failed long ago and that nobody replays. */
	List<UUID> expired(long retention, int limit) {
		return this.jdbc.query(
				("select id from %s where application = :application and last_failed_at < (%s) - :retention "
						+ "and (claimed_until is null or claimed_until <= %s) order by application, last_failed_at "
						+ "limit :limit")
					.formatted(this.table, this.now, this.now),
				parameters(Map.of("retention", retention, "limit", limit)),
				(row, number) -> UUID.fromString(row.getString("id")));
	}

	/** Returns how many letters of each kind are being replayed. */
	Map<LetterChanges.Group, Long> claimed() {
		Map<LetterChanges.Group, Long> claimed = new HashMap<>();
		this.jdbc.query(
				("select stage, cause_type, status, count(*) as letters from %s where application = :application "
						+ "and claimed_until > %s group by stage, cause_type, status")
					.formatted(this.table, this.now),
				parameters(Map.of()), (row) -> {
					String causeType = row.getString("cause_type");
					claimed.put(new LetterChanges.Group(row.getString("stage"), (causeType != null) ? causeType : "",
							DeadLetter.Status.valueOf(row.getString("status"))), row.getLong("letters"));
				});
		return claimed;
	}

	/** Returns when the first letter has failed that is not abandoned. */
	Optional<Long> oldest() {
		return this.jdbc
			.query(("select first_failed_at from %s where application = :application and status = 'WAITING' "
					+ "order by application, status, first_failed_at limit 1")
				.formatted(this.table), parameters(Map.of()), (row, number) -> row.getLong("first_failed_at"))
			.stream()
			.findFirst();
	}

	/** Returns how many letters of each key are not abandoned. */
	Map<LetterChanges.Sequence, Integer> held(List<String> stages) {
		Map<LetterChanges.Sequence, Integer> held = new HashMap<>();
		for (String stage : stages) {
			this.jdbc.query(
					("select event_key, count(*) as letters from %s where application = :application and stage = :stage "
							+ "and event_key is not null and status = 'WAITING' group by event_key")
						.formatted(this.table),
					parameters(Map.of("stage", stage)), (row) -> {
						held.put(new LetterChanges.Sequence(stage, row.getString("event_key")), row.getInt("letters"));
					});
		}
		return held;
	}

	/**
	 * A letter with its event, as both are stored.
	 */
	static final class Written {

		private final DeadLetter stored;

		private final String contentType;

		private final byte[] payload;

		Written(DeadLetter stored, String contentType, byte[] payload) {
			this.stored = stored;
			this.contentType = contentType;
			this.payload = payload;
		}

		/** Returns what it waits behind, if it has a key. */
		Optional<LetterChanges.Sequence> sequence() {
			return Optional.ofNullable(this.stored.key())
				.map((key) -> new LetterChanges.Sequence(this.stored.stage(), key));
		}

		DeadLetter stored() {
			return this.stored;
		}

		String contentType() {
			return this.contentType;
		}

		byte[] payload() {
			return this.payload;
		}

	}

	/**
	 * An event as it is stored, and what is known of it.
	 */
	static final class Payload {

		private final String stage;

		private final String eventType;

		private final String contentType;

		private final byte[] bytes;

		Payload(String stage, String eventType, String contentType, byte[] bytes) {
			this.stage = stage;
			this.eventType = eventType;
			this.contentType = contentType;
			this.bytes = bytes;
		}

		String stage() {
			return this.stage;
		}

		String eventType() {
			return this.eventType;
		}

		String contentType() {
			return this.contentType;
		}

		byte[] bytes() {
			return this.bytes;
		}

	}

}
