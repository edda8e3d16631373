package io.genstage.jdbc.crash;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.genstage.jdbc.crash.KilledApplication.Result;
import io.genstage.jdbc.database.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed while it reads a table, handles what it reads in three stages
 * and writes another table. The system property {@code genstage.crash.kills} says how
 * often, {@code genstage.crash.seed} when.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledProcessTests {

	static final int MAX_UNSETTLED = 100;

	private static final int KILLS = Integer.getInteger("genstage.crash.kills", 5);

	private static final long SEED = Long.getLong("genstage.crash.seed", 1);

	@TempDir
	private Path folder;

	@Test
	void losesNothingInAFileOfH2() throws Exception {
		losesNothing("H2", fileOfH2());
	}

	@Test
	void losesNothingInPostgresql() throws Exception {
		losesNothing("PostgreSQL", Database.POSTGRESQL.newUrl());
	}

	private void losesNothing(String database, String url) throws Exception {
		Result result = new KilledApplication(url, SEED, KILLS).run();
		// The page on reliability shows what this prints.
		System.out.printf("%s: %s%n", database, result);
		assertThat(result.lost()).isZero();
		assertThat(result.gone()).isZero();
		assertThat(result.mostDuplicates()).isLessThanOrEqualTo(MAX_UNSETTLED);
	}

	@Test
	void losesWhatItAcknowledgesBeforeItIsDone() throws Exception {
		Result result = new KilledApplication(fileOfH2(), SEED, 1, "--crash.acknowledged-before-work=true").run();
		assertThat(result.lost()).as("lost when killed in its work").isPositive();
	}

	/** Without the setting H2 writes what is committed half a second later. */
	private String fileOfH2() {
		return "jdbc:h2:file:%s;WRITE_DELAY=0".formatted(this.folder.resolve("orders"));
	}

}
