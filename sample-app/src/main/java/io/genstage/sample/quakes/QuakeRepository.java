package io.genstage.sample.quakes;

import java.time.Instant;
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
		this.jdbc.batchUpdate("""
				MERGE INTO quake (id, magnitude, place, occurred_at, type, network, longitude, latitude, depth)
				KEY (id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""", quakes.stream().map(QuakeRepository::row).toList());
	}

	private static Object[] row(Quake quake) {
		return new Object[] { quake.id(), quake.magnitude(), quake.place(), quake.time(), quake.type(), quake.network(),
				quake.longitude(), quake.latitude(), quake.depth() };
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
							row.getString("place"), row.getObject("occurred_at", Instant.class), row.getString("type"),
							row.getString("network"), row.getDouble("longitude"), row.getDouble("latitude"),
							row.getObject("depth", Double.class)))
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
