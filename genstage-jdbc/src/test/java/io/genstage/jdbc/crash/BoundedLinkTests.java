package io.genstage.jdbc.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process with a small heap, and more in the table than fits into it. Another process,
 * which may have everything in hand, shows that it doesn't. Not with H2, whose pages are
 * in the same heap.
 */
@EnabledIfSystemProperty(named = "test.jdbc.scenarios", matches = "true", disabledReason = "run by hand")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BoundedLinkTests {

	private static final int BYTES = 1024;

	private static final int MESSAGES = 50_000;

	private static final int AT_ONCE = 5000;

	private static final int WINDOW = 200;

	private static final int HANDLED = 1000;

	/** What drivers may keep of answers. */
	private static final long KEPT = 4 * 1024 * 1024;

	/** The exit status that -XX:+ExitOnOutOfMemoryError gives. */
	private static final int OUT_OF_MEMORY = 3;

	private final List<Process> processes = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void end() throws InterruptedException {
		for (Process process : this.processes) {
			process.destroyForcibly();
			process.waitFor();
		}
	}

	private Process start(String name, String url, int window) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx40m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-cp",
				System.getProperty("java.class.path"), BoundedApplication.class.getName(), url,
				Integer.toString(MESSAGES), Integer.toString(window), Integer.toString(HANDLED))
			.redirectError(this.folder.resolve(name + ".log").toFile())
			.redirectOutput(this.folder.resolve(name).toFile())
			.start();
		this.processes.add(process);
		return process;
	}

	private static void sendAll(Database database, String url) {
		DataSource dataSource = Database.dataSource(url);
		DatabasePopulatorUtils.execute(
				new ResourceDatabasePopulator(new ClassPathResource(
						"io/genstage/jdbc/links-%s.sql".formatted(database.name().toLowerCase(Locale.ROOT)))),
				dataSource);
		try (LinkWriter writer = new JdbcLinks(dataSource).openWriter(LinkProcess.ORDERS, new LinkProcess.Ignoring())) {
			for (int sent = 0; sent < MESSAGES; sent += AT_ONCE) {
				List<CompletionStage<Void>> confirmations = new ArrayList<>();
				for (int number = sent; number < sent + AT_ONCE; number++) {
					confirmations.add(writer.send(LinkMessage.of(new byte[BYTES]).withKey("key" + number)));
				}
				assertThat(confirmations)
					.allSatisfy((confirmed) -> assertThat(confirmed).succeedsWithin(Duration.ofMinutes(1)));
			}
		}
	}

	// X7

	@ParameterizedTest
	@EnumSource(names = { "SQLITE", "POSTGRESQL" })
	void holdsItsWindowAndLeavesTheRestInTheTable(Database database) throws Exception {
		String url = database.newUrl();
		sendAll(database, url);
		// It handles nothing, so that all is there for the next one when it is gone.
		Process unbounded = start("unbounded", url, 1_000_000);
		assertThat(unbounded.waitFor(5, TimeUnit.MINUTES)).isTrue();
		assertThat(unbounded.exitValue()).as(() -> read("unbounded.log")).isEqualTo(OUT_OF_MEMORY);
		Process bounded = start("bounded", url, WINDOW);
		assertThat(bounded.waitFor(5, TimeUnit.MINUTES)).isTrue();
		assertThat(bounded.exitValue()).as(() -> read("bounded.log")).isZero();
		List<Look> looks = read("bounded").lines().map(Look::parse).toList();
		assertThat(looks).extracting(Look::when).containsExactly("idle", "full", "working");
		assertThat(looks.get(1).most()).isEqualTo(WINDOW);
		assertThat(looks.get(2).most()).isEqualTo(WINDOW);
		assertThat(looks.get(1).waiting()).isEqualTo(MESSAGES - WINDOW);
		assertThat(looks.get(2).waiting()).isBetween((long) MESSAGES - HANDLED - WINDOW, (long) MESSAGES - HANDLED);
		assertThat(looks).extracting(Look::live)
			.as("%s", looks)
			.allSatisfy(
					(live) -> assertThat(live).isLessThanOrEqualTo(looks.get(0).live() + 3 * WINDOW * BYTES + KEPT));
	}

	private String read(String file) {
		try {
			return Files.readString(this.folder.resolve(file));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/**
	 * What a process has seen of itself.
	 *
	 * @param when what it had asked for
	 * @param live how much of its heap was in use behind a collection, in bytes
	 * @param most how many messages have been in hand at once until then
	 * @param waiting how many were in the table
	 */
	private record Look(String when, long live, int most, long waiting) {

		static Look parse(String line) {
			List<String> parts = Arrays.asList(line.split(" "));
			return new Look(parts.get(0), Long.parseLong(parts.get(1)), Integer.parseInt(parts.get(2)),
					Long.parseLong(parts.get(3)));
		}

	}

}
