package io.genstage.sample.quakes;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table of quakes.
 */
@Repository
class QuakeRepository {

	/** As the standard says it, which H2 and PostgreSQL understand. */
	private static final String SAVE = """
			MERGE INTO quake USING (SELECT CAST(? AS VARCHAR(64)) AS id, CAST(? AS DOUBLE PRECISION) AS magnitude,
				CAST(? AS VARCHAR(255)) AS place, CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS occurred_at,
				CAST(? AS VARCHAR(255)) AS type, CAST(? AS VARCHAR(255)) AS network,
				CAST(? AS DOUBLE PRECISION) AS longitude, CAST(? AS DOUBLE PRECISION) AS latitude,
				CAST(? AS DOUBLE PRECISION) AS depth) AS said ON quake.id = said.id
			WHEN MATCHED THEN UPDATE SET magnitude = said.magnitude, place = said.place,
				occurred_at = said.occurred_at, type = said.type, network = said.network,
				longitude = said.longitude, latitude = said.latitude, depth = said.depth
			WHEN NOT MATCHED THEN INSERT
				(id, magnitude, place, occurred_at, type, network, longitude, latitude, depth)
				VALUES (said.id, said.magnitude, said.place, said.occurred_at, said.type, said.network,
					said.longitude, said.latitude, said.depth)""";

	private final JdbcTemplate jdbc;

	QuakeRepository(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Stores all of these quakes or none. A quake that is there already is replaced: what
	 * the feed says last is right.
	 * @param quakes the quakes
	 */
	@Transactional
	void saveAll(List<Quake> quakes) {
		this.jdbc.batchUpdate(SAVE, quakes.stream().map(QuakeRepository::row).toList());
	}

	private static Object[] row(Quake quake) {
		return new Object[] { quake.id(), quake.magnitude(), quake.place(), quake.time().atOffset(ZoneOffset.UTC),
				quake.type(), quake.network(), quake.longitude(), quake.latitude(), quake.depth() };
	}

	/**
	 * Counts the quakes, all numbers at the same moment.
	 * @return what the table holds
	 */
	@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
	Totals totals() {
		return new Totals(count("type"), count("network"), largest());
	}

	private Map<String, Long> count(String column) {
		Map<String, Long> counts = new LinkedHashMap<>();
		this.jdbc.query("SELECT %1$s, COUNT(*) FROM quake GROUP BY %1$s ORDER BY 2 DESC, 1".formatted(column),
				(row) -> {
					counts.put(row.getString(1), row.getLong(2));
				});
		return counts;
	}

	private Optional<Quake> largest() {
		return this.jdbc
			.query("""
					SELECT * FROM quake WHERE magnitude IS NOT NULL
					ORDER BY magnitude DESC, occurred_at, id FETCH FIRST ROW ONLY""",
					(row, index) -> new Quake(row.getString("id"), row.getObject("magnitude", Double.class),
							row.getString("place"), row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
							row.getString("type"), row.getString("network"), row.getDouble("longitude"),
							row.getDouble("latitude"), row.getObject("depth", Double.class)))
			.stream()
			.findFirst();
	}

	/**
	 * What the table holds.
	 *
	 * @param byType the number of quakes of each type, the most frequent first
	 * @param byNetwork the number of quakes that each network reported, the most frequent
	 * first
	 * @param largest the quake of the highest magnitude, the earliest of several
	 */
	record Totals(Map<String, Long> byType, Map<String, Long> byNetwork, Optional<Quake> largest) {

		long stored() {
			return this.byType.values().stream().mapToLong(Long::longValue).sum();
		}

	}

}
