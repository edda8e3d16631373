package io.genstage.jdbc.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts {@link OrdersApplication} again and again, kills it (SIGKILL) at moments that a
 * seed decides, and lets it finish at last.
 */
final class KilledApplication {

	/**
	 * The most orders that are booked between the start of the application and the moment
	 * at which it is to be killed.
	 */
	private static final int LATEST = 300;

	/**
	 * How many orders it may book beyond that moment. Then it waits for its end, so that
	 * it never comes to the end of its work before the signal reaches it.
	 */
	private static final int MOST_BEYOND = 300;

	private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

	/** So many for each kill that there is always something left to do. */
	private static final int ORDERS_PER_KILL = 800;

	private static final int SIGKILL = 128 + 9;

	private final String url;

	private final Random random;

	private final int kills;

	private final List<String> options;

	KilledApplication(String url, long seed, int kills, String... options) {
		this.url = url;
		this.random = new Random(seed);
		this.kills = kills;
		this.options = List.of(options);
	}

	Result run() throws IOException, InterruptedException {
		JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(this.url));
		int orders = this.kills * ORDERS_PER_KILL;
		create(database, orders);
		int booked = 0;
		for (int run = 1; run <= this.kills; run++) {
			booked += killed(run, 1 + this.random.nextInt(LATEST));
		}
		booked += finished(this.kills + 1);
		return Result.of(database, orders, this.kills, booked);
	}

	private static void create(JdbcTemplate database, int orders) {
		database.execute("create table orders (id bigint primary key, amount integer not null)");
		database
			.execute("create table booking (order_id bigint not null, cents bigint not null, run integer not null)");
		List<Object[]> rows = LongStream.rangeClosed(1, orders)
			.mapToObj((id) -> new Object[] { id, id % 100 })
			.toList();
		database.batchUpdate("insert into orders values (?, ?)", rows);
	}

	/** Returns how many orders are known to be booked by a run that is killed. */
	private int killed(int run, int moment) throws IOException, InterruptedException {
		Process process = start(run, "--crash.at-most=" + (moment + MOST_BEYOND));
		List<String> others = new ArrayList<>();
		int booked = 0;
		try (BufferedReader output = process.inputReader()) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith(OrdersApplication.BOOKED)) {
					booked++;
				}
				else {
					others.add(line);
				}
				if (booked == moment) {
					// Other than Process.destroyForcibly() this leaves the output open.
					process.toHandle().destroyForcibly();
				}
			}
			assertThat(process.waitFor()).as("exit of run %d, which printed %s", run, others).isEqualTo(SIGKILL);
			return booked;
		}
		finally {
			process.destroyForcibly();
		}
	}

	private int finished(int run) throws IOException, InterruptedException {
		Process process = start(run);
		try (BufferedReader output = process.inputReader()) {
			List<String> lines = output.lines().toList();
			assertThat(process.waitFor()).as("exit of run %d, which printed %s", run, lines).isZero();
			return (int) lines.stream().filter((line) -> line.startsWith(OrdersApplication.BOOKED)).count();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private Process start(int run, String... more) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
						OrdersApplication.class.getName(), "--spring.datasource.url=" + this.url, "--crash.run=" + run,
						"--genstage.stages.orders.max-unsettled=" + KilledProcessTests.MAX_UNSETTLED,
						"--genstage.progress.store=jdbc", "--genstage.progress.jdbc.initialize-schema=always",
						"--genstage.lifecycle.exit-on-completion=orders", "--logging.level.root=warn",
						"--spring.main.banner-mode=off"));
		command.addAll(this.options);
		command.addAll(List.of(more));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		CompletableFuture.delayedExecutor(LONGEST_RUN.toMillis(), TimeUnit.MILLISECONDS)
			.execute(process::destroyForcibly);
		return process;
	}

	/**
	 * What was left in the tables.
	 *
	 * @param orders how many orders there were
	 * @param kills how often the application was killed
	 * @param lost how many orders are not booked
	 * @param gone how many bookings were committed and are gone all the same
	 * @param duplicates how many bookings are of an order that was booked before
	 * @param mostDuplicates how many at most by one run
	 */
	record Result(int orders, int kills, int lost, int gone, int duplicates, int mostDuplicates) {

		private static Result of(JdbcTemplate database, int orders, int kills, int reported) {
			int distinct = count(database, "select count(distinct order_id) from booking");
			int bookings = count(database, "select count(*) from booking");
			int most = count(database, """
					select coalesce(max(again), 0) from (
						select later.run, count(*) as again from booking later
						where exists (select 1 from booking earlier
							where earlier.order_id = later.order_id and earlier.run < later.run)
						group by later.run) as runs
					""");
			return new Result(orders, kills, orders - distinct, Math.max(0, reported - bookings), bookings - distinct,
					most);
		}

		private static int count(JdbcTemplate database, String query) {
			Integer count = database.queryForObject(query, Integer.class);
			return (count != null) ? count : 0;
		}

		@Override
		public String toString() {
			return "%d orders, killed %d times: %d lost, %d handled again, at most %d after one kill"
				.formatted(this.orders, this.kills, this.lost, this.duplicates, this.mostDuplicates);
		}

	}

}
