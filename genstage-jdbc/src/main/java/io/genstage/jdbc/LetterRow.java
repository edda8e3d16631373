package io.genstage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import io.genstage.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * A row of the table of letters, without its payload.
 *
 * @param letter the letter as it is without a claim
 * @param claimedBy who has taken it last, if anybody has
 * @param claimedUntil when that ends, by the clock of the database
 * @param now what that clock said when the row was read
 */
record LetterRow(DeadLetter letter, @Nullable UUID claimedBy, long claimedUntil, long now) {

	static final String COLUMNS = "position, id, stage, source, event_key, event_type, status, attempts, replays, "
			+ "cause_type, cause_message, batch_id, reason, first_failed_at, last_failed_at, claimed_by, claimed_until";

	private static final int MAX_NAME = 200;

	private static final int MAX_TYPE = 300;

	private static final int MAX_TEXT = 1000;

	static LetterRow read(ResultSet row, int number) throws SQLException {
		DeadLetter letter = new DeadLetter(UUID.fromString(row.getString("id")), row.getString("stage"),
				row.getString("source"), row.getString("event_key"), row.getLong("position"),
				row.getString("event_type"), row.getInt("attempts"), row.getInt("replays"), row.getString("cause_type"),
				row.getString("cause_message"), uuid(row.getString("batch_id")), row.getString("reason"),
				Instant.ofEpochMilli(row.getLong("first_failed_at")),
				Instant.ofEpochMilli(row.getLong("last_failed_at")),
				DeadLetter.Status.valueOf(row.getString("status")));
		return new LetterRow(letter, uuid(row.getString("claimed_by")), row.getLong("claimed_until"),
				row.getLong("now_at"));
	}

	private static @Nullable UUID uuid(@Nullable String text) {
		return (text != null) ? UUID.fromString(text) : null;
	}

	/** Returns a letter as it can be stored. */
	static DeadLetter stored(DeadLetter letter) {
		DeadLetter.Status status = (letter.status() == DeadLetter.Status.REPLAYING) ? DeadLetter.Status.WAITING
				: letter.status();
		return new DeadLetter(letter.id(), name(letter.stage()),
				(letter.source() != null) ? name(letter.source()) : null,
				(letter.key() != null) ? name(letter.key()) : null, letter.position(), type(letter.eventType()),
				letter.attempts(), letter.replays(), (letter.causeType() != null) ? type(letter.causeType()) : null,
				ColumnText.cut(letter.causeMessage(), MAX_TEXT), letter.batch(), text(letter.reason()),
				letter.firstFailedAt().truncatedTo(ChronoUnit.MILLIS),
				letter.lastFailedAt().truncatedTo(ChronoUnit.MILLIS), status);
	}

	/** Returns the name of a stage, or a key, as it is stored. */
	static String name(String name) {
		return ColumnText.unique(name, MAX_NAME);
	}

	/** Returns the name of a class as it is stored. */
	static String type(String type) {
		return ColumnText.unique(type, MAX_TYPE);
	}

	/** Returns a text for people as it is stored. */
	static @Nullable String text(@Nullable String text) {
		return ColumnText.cut(text, MAX_TEXT);
	}

	/** Returns what is to be stored of a letter in the columns of these names. */
	static Map<String, @Nullable Object> values(DeadLetter stored) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		values.put("id", stored.id().toString());
		values.put("stage", stored.stage());
		values.put("source", stored.source());
		values.put("event_key", stored.key());
		values.put("event_type", stored.eventType());
		values.put("status", stored.status().name());
		values.put("attempts", stored.attempts());
		values.put("replays", stored.replays());
		values.put("cause_type", stored.causeType());
		values.put("cause_message", stored.causeMessage());
		values.put("batch_id", (stored.batch() != null) ? stored.batch().toString() : null);
		values.put("reason", stored.reason());
		values.put("first_failed_at", stored.firstFailedAt().toEpochMilli());
		values.put("last_failed_at", stored.lastFailedAt().toEpochMilli());
		return values;
	}

	/** Returns parameters of which those that are null are texts. */
	static MapSqlParameterSource parameters(Map<String, ? extends @Nullable Object> values) {
		MapSqlParameterSource parameters = new MapSqlParameterSource();
		values.forEach((name, value) -> {
			if (value != null) {
				parameters.addValue(name, value);
			}
			else {
				parameters.addValue(name, null, Types.VARCHAR);
			}
		});
		return parameters;
	}

	boolean isClaimed() {
		return this.claimedBy != null && this.now < this.claimedUntil;
	}

	boolean isClaimedByOther(UUID claim) {
		return isClaimed() && !claim.equals(this.claimedBy);
	}

	/** Returns the letter as it is at this moment. */
	DeadLetter current() {
		return isClaimed() ? this.letter.withStatus(DeadLetter.Status.REPLAYING) : this.letter;
	}

}
