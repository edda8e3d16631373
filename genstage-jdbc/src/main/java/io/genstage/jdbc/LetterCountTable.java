package io.genstage.jdbc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.genstage.deadletter.DeadLetter;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * How many letters of each kind an application has, kept beside them, so that nobody has
 * to count.
 */
final class LetterCountTable {

	private final NamedParameterJdbcTemplate jdbc;

	private final String table;

	private final String application;

	LetterCountTable(NamedParameterJdbcTemplate jdbc, JdbcDeadLetterOptions options) {
		this.jdbc = jdbc;
		this.table = options.countTable();
		this.application = options.application();
	}

	/** Adds up what a transaction has changed. Called last in it, as others may wait. */
	void add(LetterChanges changes) {
		changes.groups().forEach((group, letters) -> {
			MapSqlParameterSource parameters = parameters().addValue("stage", group.stage())
				.addValue("cause_type", group.causeType())
				.addValue("status", group.status().name())
				.addValue("letters", letters);
			int found = this.jdbc.update(
					("update %s set letters = letters + :letters, changes = changes + 1 where application = :application "
							+ "and stage = :stage and cause_type = :cause_type and status = :status")
						.formatted(this.table),
					parameters);
			if (found == 0) {
				this.jdbc.update(("insert into %s (application, stage, cause_type, status, letters, changes) "
						+ "values (:application, :stage, :cause_type, :status, :letters, 1)")
					.formatted(this.table), parameters);
			}
		});
	}

	private MapSqlParameterSource parameters() {
		return new MapSqlParameterSource("application", this.application);
	}

	Map<LetterChanges.Group, Long> read() {
		Map<LetterChanges.Group, Long> counts = new HashMap<>();
		this.jdbc.query("select stage, cause_type, status, letters from %s where application = :application"
			.formatted(this.table), parameters(), (row) -> {
				counts.put(new LetterChanges.Group(row.getString("stage"), row.getString("cause_type"),
						DeadLetter.Status.valueOf(row.getString("status"))), row.getLong("letters"));
			});
		return counts;
	}

	/** Returns a number that is another one after each change of any instance. */
	long changes() {
		Long changes = this.jdbc.queryForObject(
				"select coalesce(sum(changes), 0) from %s where application = :application".formatted(this.table),
				parameters(), Long.class);
		return (changes != null) ? changes : 0;
	}

	List<String> stages() {
		return this.jdbc.query(
				"select distinct stage from %s where application = :application and letters > 0".formatted(this.table),
				parameters(), (row, number) -> row.getString("stage"));
	}

}
