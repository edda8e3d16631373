package io.genstage.jdbc.rate;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.genstage.jdbc.Schema;
import io.genstage.jdbc.database.Database;
import io.genstage.trial.rate.RateRounds;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * How fast a link is beside bare clients that do the same work: a measurement, which
 * takes minutes of a quiet machine and asserts nothing about times.
 */
@EnabledIfSystemProperty(named = "test.links.rates", matches = "true",
		disabledReason = "measures for minutes: runs with -Dtest.links.rates=true")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LinkRateTests {

	private static final int EVENTS = Integer.getInteger("test.links.rates.events", 30_000);

	private static final Set<String> DATABASES = Set
		.of(System.getProperty("test.links.rates.databases", "SQLITE,H2,POSTGRESQL,MARIADB").split(","));

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "SQLITE, 100", "SQLITE, 1024", "H2, 100", "H2, 1024", "POSTGRESQL, 100", "POSTGRESQL, 1024",
			"MARIADB, 100", "MARIADB, 1024" })
	void comparesALinkWithBareClients(Database database, int bytes) throws Exception {
		assumeTrue(DATABASES.contains(database.name()), "is not among test.links.rates.databases");
		String url = url(database);
		DataSource dataSource = Database.dataSource(url);
		try (RateRounds rounds = new RateRounds(database.name(), bytes, EVENTS, (link) -> create(dataSource, database),
				(link) -> assertThat(new JdbcTemplate(dataSource)
					.queryForObject("select count(*) from genstage_link_event", Integer.class)).isZero())) {
			rounds.start(RateApplication.class, url);
			rounds.run();
		}
	}

	/** Each commit is to be on the disk. */
	private String url(Database database) {
		return switch (database) {
			case H2 -> "jdbc:h2:file:%s;WRITE_DELAY=0".formatted(this.folder.resolve("rate"));
			case SQLITE -> database.newUrl() + "&synchronous=FULL";
			default -> database.newUrl();
		};
	}

	/** An empty table, without what earlier trials have left in it. */
	private static void create(DataSource dataSource, Database database) {
		new JdbcTemplate(dataSource).execute("drop table if exists genstage_link_event");
		Schema.create(dataSource, database, "links");
	}

}
