package io.genstage.jdbc.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.Schema;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes at the ends of a link that are killed (SIGKILL).
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledLinkTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final long SEED = Long.getLong("genstage.crash.seed", 1);

	private static final int KILLS = 3;

	private static final int MESSAGES = 6000;

	private static final int FEW = 100;

	private static final int KEYS = 10;

	/** The latest moment of a kill, in messages since the start of a process. */
	private static final int LATEST = 1000;

	/**
	 * So many of them are delivered at most, so that each process has something to do.
	 */
	private static final int MOST = MESSAGES / (KILLS + 1);

	private final Random random = new Random(SEED);

	private final List<End> ends = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void endAll() {
		this.ends.forEach((end) -> end.process.destroyForcibly());
	}

	private static DataSource created(Database database, String url) {
		return Schema.create(Database.dataSource(url), database, "links");
	}

	private End start(String end, String url, int lines) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
				LinkProcess.class.getName(), end, url, Integer.toString(lines))
			.redirectErrorStream(true)
			.start();
		End started = new End(process);
		this.ends.add(started);
		return started;
	}

	// X9

	@Test
	void keepsWhatIsConfirmedInAFileOfH2() throws Exception {
		keepsWhatIsConfirmed(Database.H2, "jdbc:h2:file:%s;WRITE_DELAY=0".formatted(this.folder.resolve("links")));
	}

	@Test
	void keepsWhatIsConfirmedInSqlite() throws Exception {
		keepsWhatIsConfirmed(Database.SQLITE, Database.SQLITE.newUrl() + "&synchronous=FULL");
	}

	private void keepsWhatIsConfirmed(Database database, String url) throws Exception {
		DataSource dataSource = created(database, url);
		int before = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			End sender = start("send", url, 0);
			int moment = 1 + this.random.nextInt(2000);
			sender.awaitLines(LinkProcess.CONFIRMED, moment);
			sender.kill();
			int confirmed = sender.lines(LinkProcess.CONFIRMED).size();
			Integer rows = new JdbcTemplate(dataSource).queryForObject("select count(*) from genstage_link_event",
					Integer.class);
			assertThat(rows).as("rows of %s after kill %d", database, kill)
				.isBetween(before + confirmed, before + confirmed + LinkProcess.WINDOW);
			before = rows;
		}
	}

	// X10

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "H2")
	void isReadByOneProcessAndThenByAnother(Database database) throws Exception {
		String url = database.newUrl();
		DataSource dataSource = created(database, url);
		sendAll(dataSource);
		List<String> seen = new ArrayList<>();
		End owner = start("receive", url, MOST);
		owner.awaitLines(LinkProcess.DELIVERED, 1);
		for (int kill = 0; kill < KILLS; kill++) {
			End next = start("receive", url, (kill == KILLS - 1) ? MESSAGES : MOST);
			next.awaitLines(LinkProcess.READY, 1);
			owner.awaitLines(LinkProcess.DELIVERED, 1 + this.random.nextInt(LATEST));
			assertThat(next.lines(LinkProcess.DELIVERED)).as("while another process owns the link").isEmpty();
			owner.kill();
			seen.addAll(owner.lines(LinkProcess.DELIVERED));
			owner = next;
		}
		End last = owner;
		await().atMost(LONG).until(() -> all(seen, last).size() == MESSAGES);
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(new JdbcTemplate(dataSource)
				.queryForObject("select count(*) from genstage_link_event", Integer.class)).isZero());
		last.kill();
		seen.addAll(last.lines(LinkProcess.DELIVERED));
		assertThat(new HashSet<>(seen)).hasSize(MESSAGES);
		assertThat(seen).hasSizeLessThanOrEqualTo(MESSAGES + KILLS * LinkProcess.WINDOW);
		assertFirstSightingsInOrder(seen);
	}

	// Inbox

	@Test
	void booksEachMessageOnceInTheTransactionThatRemovesIt() throws Exception {
		String url = Database.SQLITE.newUrl() + "&synchronous=FULL";
		DataSource dataSource = created(Database.SQLITE, url);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("create table booking (message varchar(20) not null)");
		sendAll(dataSource);
		int printed = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			End booking = start(LinkProcess.BOOK, url, MOST);
			booking.awaitLines(LinkProcess.BOOKED, 1 + this.random.nextInt(LATEST));
			booking.kill();
			printed += booking.lines(LinkProcess.BOOKED).size();
		}
		End last = start(LinkProcess.BOOK, url, MESSAGES);
		await().atMost(LONG)
			.untilAsserted(
					() -> assertThat(jdbc.queryForObject("select count(*) from genstage_link_event", Integer.class))
						.isZero());
		last.kill();
		printed += last.lines(LinkProcess.BOOKED).size();
		assertThat(jdbc.queryForList("select message from booking", String.class)).doesNotHaveDuplicates()
			.hasSize(MESSAGES);
		assertThat(printed).as("what was under way at a kill was booked in vain, and once more")
			.isGreaterThanOrEqualTo(MESSAGES);
	}

	@Test
	void booksNothingTwiceIfItIsKilledBeforeItSettles() throws Exception {
		Repeated booked = bookedByOneThatIsKilledBeforeItSettles(LinkProcess.BOOK);
		assertThat(booked.all()).doesNotHaveDuplicates().hasSize(FEW);
	}

	/** The control: without an inbox the same kill repeats a booking each time. */
	@Test
	void booksTwiceIfItIsKilledBeforeItSettlesWithoutAnInbox() throws Exception {
		Repeated booked = bookedByOneThatIsKilledBeforeItSettles(LinkProcess.BOOK_WITHOUT_INBOX);
		assertThat(booked.all()).as("lost is nothing").contains(names(FEW));
		assertThat(Collections.frequency(booked.all(), booked.inHand())).isGreaterThan(1);
	}

	/** It is killed in the call of a handler, which has booked a message. */
	private Repeated bookedByOneThatIsKilledBeforeItSettles(String end) throws Exception {
		String url = Database.SQLITE.newUrl() + "&synchronous=FULL";
		DataSource dataSource = created(Database.SQLITE, url);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("create table booking (message varchar(20) not null)");
		send(dataSource, FEW);
		int goesOn = FEW / 2;
		End booking = start(end, url, goesOn);
		booking.awaitLines(LinkProcess.BOOKED, goesOn + 1);
		booking.kill();
		End last = start(end, url, MESSAGES);
		await().atMost(LONG)
			.untilAsserted(
					() -> assertThat(jdbc.queryForObject("select count(*) from genstage_link_event", Integer.class))
						.isZero());
		last.kill();
		return new Repeated(booking.lines(LinkProcess.BOOKED).get(goesOn),
				jdbc.queryForList("select message from booking", String.class));
	}

	private static String[] names(int count) {
		return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
	}

	private static void sendAll(DataSource dataSource) {
		send(dataSource, MESSAGES);
	}

	private static void send(DataSource dataSource, int count) {
		JdbcLinks links = new JdbcLinks(dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> IntStream.range(0, count)
			.forEach((number) -> links.send(LinkProcess.ORDERS,
					LinkMessage.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
						.withKey("k" + number % KEYS))));
	}

	private static Set<String> all(List<String> seen, End last) {
		Set<String> all = new HashSet<>(seen);
		all.addAll(last.lines(LinkProcess.DELIVERED));
		return all;
	}

	private static void assertFirstSightingsInOrder(List<String> lines) {
		Map<String, Integer> latest = new HashMap<>();
		Set<String> known = new HashSet<>();
		for (String line : lines) {
			if (known.add(line)) {
				String[] parts = line.split(" ");
				int number = Integer.parseInt(parts[1]);
				assertThat(number).as("of key %s", parts[0]).isGreaterThan(latest.getOrDefault(parts[0], -1));
				latest.put(parts[0], number);
			}
		}
	}

	/**
	 * What a process has booked that was killed, and the one after it.
	 *
	 * @param inHand the message whose handler had not returned
	 * @param all all bookings
	 */
	private record Repeated(String inHand, List<String> all) {
	}

	/**
	 * A process, and what it has printed.
	 */
	private static final class End {

		private final Process process;

		private final List<String> lines = new CopyOnWriteArrayList<>();

		private final Thread reading = new Thread(this::read, "lines of a process");

		End(Process process) {
			this.process = process;
			this.reading.start();
		}

		private void read() {
			List<String> read = new ArrayList<>();
			try (BufferedReader output = this.process.inputReader()) {
				for (String line = output.readLine(); line != null; line = output.readLine()) {
					read.add(line);
					if (!output.ready()) {
						this.lines.addAll(read);
						read.clear();
					}
				}
			}
			catch (IOException ex) {
				read.add("can't be read: " + ex);
			}
			this.lines.addAll(read);
		}

		List<String> lines(String beginning) {
			return this.lines.stream()
				.filter((line) -> line.startsWith(beginning))
				.map((line) -> line.substring(beginning.length()))
				.toList();
		}

		void awaitLines(String beginning, int count) {
			await().atMost(LONG).untilAsserted(() -> {
				List<String> printed = List.copyOf(this.lines);
				assertThat(lines(beginning))
					.as(() -> "lines of a process that has printed %d, the last of them %s".formatted(printed.size(),
							printed.subList(Math.max(0, printed.size() - 30), printed.size())))
					.hasSizeGreaterThanOrEqualTo(count);
			});
		}

		/** Other than Process.destroyForcibly() this leaves the output to be read. */
		void kill() throws InterruptedException {
			this.process.toHandle().destroyForcibly();
			this.process.waitFor();
			this.reading.join();
		}

	}

}
