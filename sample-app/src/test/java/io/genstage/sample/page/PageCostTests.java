package io.genstage.sample.page;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;

import com.sun.management.OperatingSystemMXBean;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What it costs an application of sixty stages when ten people look at its page: a
 * measurement, which takes minutes of a quiet machine and asserts nothing about times.
 * The pages are asked for by a process of their own.
 */
@EnabledIfSystemProperty(named = "sample.page-cost", matches = "true",
		disabledReason = "measures for minutes: runs with -Dsample.page-cost=true")
class PageCostTests {

	private static final int PAGES = 10;

	private static final int ROUNDS = 10;

	private static final Duration ROUND = Duration.ofSeconds(10);

	private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	@Test
	void measuresTenPagesOfSixtyStages() throws Exception {
		try (Sample sample = Sample.start()) {
			StageDefinition[] stages = LivePageTests.sixty().stream().map(this::paced).toArray(StageDefinition[]::new);
			sample.bean(StageRegistry.class).register(stages).toCompletableFuture().join();
			double[] costs = new double[ROUNDS];
			double[] alone = new double[ROUNDS];
			share(ROUND);
			look(sample, ROUND);
			for (int round = 0; round < ROUNDS; round++) {
				alone[round] = share(ROUND);
				costs[round] = look(sample, ROUND) - alone[round];
			}
			Arrays.sort(costs);
			Arrays.sort(alone);
			System.out.printf("sixty stages alone: %.1f %% of a processor; ten pages more: %.2f %% [%.2f to %.2f]%n",
					alone[ROUNDS / 2], costs[ROUNDS / 2], costs[0], costs[ROUNDS - 1]); // the
																						// result
		}
	}

	/** Lets a source emit 500 events a second. */
	private StageDefinition paced(StageDefinition stage) {
		return stage.producers().isEmpty()
				? stage.withOptions(stage.options().withRate(new RateAccount(RateLimit.of(500, Duration.ofSeconds(1)))))
				: stage;
	}

	private double look(Sample sample, Duration time) throws Exception {
		Process pages = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Pages.class.getName(), sample.url())
			.inheritIO()
			.start();
		try {
			return share(time);
		}
		finally {
			pages.destroyForcibly().waitFor();
		}
	}

	/** Returns how much of a processor this process takes for a time, in percent. */
	private double share(Duration time) throws InterruptedException {
		long processor = this.system.getProcessCpuTime();
		long start = System.nanoTime();
		Thread.sleep(time.toMillis()); // what is measured
		return 100.0 * (this.system.getProcessCpuTime() - processor) / (System.nanoTime() - start);
	}

	/**
	 * Ten pages, which ask for what the page's script asks for.
	 */
	static final class Pages {

		private static final Duration EVERY = Duration.ofSeconds(2);

		public static void main(String[] arguments) {
			IntStream.range(0, PAGES)
				.mapToObj((page) -> new Thread(() -> look(arguments[0] + "/actuator/genstage?view=", page)))
				.forEach(Thread::start);
		}

		private static void look(String views, int page) {
			try {
				HttpClient client = HttpClient.newHttpClient();
				long offset = EVERY.multipliedBy(page).dividedBy(PAGES).toMillis();
				Thread.sleep(offset); // pages aren't in step
				ask(client, views + "topology");
				while (true) {
					ask(client, views + "numbers");
					Thread.sleep(EVERY.toMillis()); // as the page's script does
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException("page %d can't be shown".formatted(page), ex);
			}
		}

		private static void ask(HttpClient client, String url) throws Exception {
			HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(url)).build(),
					HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new IllegalStateException("%s answers %d".formatted(url, answer.statusCode()));
			}
		}

	}

}
