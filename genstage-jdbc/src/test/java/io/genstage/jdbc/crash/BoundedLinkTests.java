package io.genstage.jdbc.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.Schema;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkWriter;
import io.genstage.trial.link.BoundedProcess;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process with a small heap, and more in the table than fits into it. Another process,
 * which may have everything in hand, shows that it doesn't. Not with H2, whose pages are
 * in the same heap.
 */
@EnabledIfSystemProperty(named = "test.jdbc.scenarios", matches = "true", disabledReason = "run by hand")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BoundedLinkTests {

	private static final int HANDLED = 1000;

	/** What drivers may keep of answers. */
	private static final long KEPT = 4 * 1024 * 1024;

	@TempDir
	private Path folder;

	private BoundedProcess start(String name, String url, int window) throws IOException {
		return BoundedProcess.start(this.folder.resolve(name), window, HANDLED, BoundedApplication.class, url);
	}

	private static void sendAll(Database database, String url) {
		DataSource dataSource = Schema.create(Database.dataSource(url), database, "links");
		try (LinkWriter writer = new JdbcLinks(dataSource).openWriter(LinkProcess.ORDERS, new LinkProcess.Ignoring())) {
			BoundedProcess.sendAll(writer);
		}
	}

	// X7

	@ParameterizedTest
	@EnumSource(names = { "SQLITE", "POSTGRESQL" })
	void holdsItsWindowAndLeavesTheRestInTheTable(Database database) throws Exception {
		String url = database.newUrl();
		sendAll(database, url);
		// It handles nothing, so that all is there for the next one when it is gone.
		try (BoundedProcess unbounded = start("unbounded", url, BoundedProcess.UNBOUNDED)) {
			unbounded.awaitOutOfMemory();
		}
		try (BoundedProcess bounded = start("bounded", url, BoundedProcess.WINDOW)) {
			bounded.awaitBounded(KEPT);
		}
	}

}
