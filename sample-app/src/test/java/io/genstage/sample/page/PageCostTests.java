package io.genstage.sample.page;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
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
 * The pages are asked for by a process of their own. Short rounds with and without them
 * take turns, so that each round is compared with its neighbour. Before, as many answers
 * are made as ten pages get in an hour, since what runs once a second is compiled late.
 */
@EnabledIfSystemProperty(named = "sample.page-cost", matches = "true",
		disabledReason = "measures for minutes: runs with -Dsample.page-cost=true")
class PageCostTests {

	private static final int PAGES = 10;

	private static final int PAIRS = Integer.getInteger("sample.page-cost.pairs", 24);

	/** Each page asks twice in it. */
	private static final Duration ROUND = Duration.ofSeconds(4);

	/** As many as ten pages ask for in an hour. */
	private static final int ANSWERS_BEFORE = 18_000;

	private static final Duration WARM_UP = Duration.ofSeconds(40);

	private static final int RESAMPLES = 10_000;

	private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Test
	void measuresTenPagesOfSixtyStages() throws Exception {
		try (Sample sample = Sample.start()) {
			StageDefinition[] stages = LivePageTests.sixty().stream().map(this::paced).toArray(StageDefinition[]::new);
			sample.bean(StageRegistry.class).register(stages).toCompletableFuture().join();
			Process pages = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-cp", System.getProperty("java.class.path"), Pages.class.getName(), sample.url())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.INHERIT)
				.start();
			try {
				look(pages, true);
				Pages.warmUp(sample.url());
				share(WARM_UP);
				look(pages, false);
				report(pairs(pages));
			}
			finally {
				pages.destroyForcibly().waitFor();
			}
		}
	}

	private static void report(Pair[] pairs) {
		String result = "sixty stages alone: %s %% of a processor; ten pages more: %s %%, in threads of HTTP: %s %%"
			.formatted(Spread.of(pairs, (pair) -> pair.alone().process()),
					Spread.of(pairs, (pair) -> pair.watched().process() - pair.alone().process()),
					Spread.of(pairs, (pair) -> pair.watched().http() - pair.alone().http()));
		System.out.println(result); // which is all that this is for
	}

	/** Rounds with pages come first as often as those without. */
	private Pair[] pairs(Process pages) throws Exception {
		Pair[] pairs = new Pair[PAIRS];
		for (int pair = 0; pair < PAIRS; pair++) {
			boolean first = pair % 2 == 0;
			look(pages, first);
			Share one = share(ROUND);
			look(pages, !first);
			Share other = share(ROUND);
			pairs[pair] = first ? new Pair(other, one) : new Pair(one, other);
		}
		return pairs;
	}

	/** Lets a source emit 500 events a second. */
	private StageDefinition paced(StageDefinition stage) {
		return stage.producers().isEmpty()
				? stage.withOptions(stage.options().withRate(new RateAccount(RateLimit.of(500, Duration.ofSeconds(1)))))
				: stage;
	}

	private static void look(Process pages, boolean look) throws IOException {
		pages.getOutputStream().write(look ? '+' : '-');
		pages.getOutputStream().flush();
	}

	/** Returns how much of a processor is taken for a time. */
	private Share share(Duration time) throws InterruptedException {
		long http = http();
		long process = this.system.getProcessCpuTime();
		long start = System.nanoTime();
		Thread.sleep(time.toMillis()); // what is measured
		double passed = System.nanoTime() - start;
		return new Share(100 * (this.system.getProcessCpuTime() - process) / passed, 100 * (http() - http) / passed);
	}

	/** Returns what the threads have taken that answer requests. */
	private long http() {
		long[] ids = Stream.of(this.threads.getThreadInfo(this.threads.getAllThreadIds()))
			.filter((thread) -> thread != null && thread.getThreadName().startsWith("http-"))
			.mapToLong(ThreadInfo::getThreadId)
			.toArray();
		return Arrays.stream(this.threads.getThreadCpuTime(ids)).filter((time) -> time > 0).sum();
	}

	/**
	 * How much of a processor is taken, in percent.
	 *
	 * @param process by the process
	 * @param http by its threads that answer requests
	 */
	private record Share(double process, double http) {
	}

	/**
	 * Two rounds, one right behind the other.
	 */
	private record Pair(Share alone, Share watched) {
	}

	/**
	 * The median of pairs, and the interval that has it in 95 of 100 cases, by the
	 * bootstrap.
	 */
	private record Spread(double median, double low, double high) {

		static Spread of(Pair[] pairs, ToDoubleFunction<Pair> measure) {
			double[] values = Arrays.stream(pairs).mapToDouble(measure).toArray();
			Random random = new Random(1);
			double[] medians = IntStream.range(0, RESAMPLES)
				.mapToDouble((resample) -> median(
						random.ints(values.length, 0, values.length).mapToDouble((pair) -> values[pair]).toArray()))
				.sorted()
				.toArray();
			return new Spread(median(values), medians[RESAMPLES / 40], medians[RESAMPLES - RESAMPLES / 40 - 1]);
		}

		private static double median(double[] values) {
			double[] sorted = values.clone();
			Arrays.sort(sorted);
			return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
		}

		@Override
		public String toString() {
			return "%.2f [%.2f to %.2f]".formatted(this.median, this.low, this.high);
		}

	}

	/**
	 * Ten pages, which ask for what the page's script asks for, from a plus sign of who
	 * has started them to a minus sign.
	 */
	static final class Pages {

		private static final Duration EVERY = Duration.ofSeconds(2);

		private static volatile boolean looking;

		/** Asks for answers that nobody has asked for, so that each of them is made. */
		static void warmUp(String url) throws Exception {
			HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
			for (int answer = 0; answer < ANSWERS_BEFORE; answer++) {
				ask(client, url + "/actuator/genstage?view=numbers&limit=" + (100 + answer % 900));
			}
		}

		public static void main(String[] arguments) throws IOException {
			IntStream.range(0, PAGES)
				.mapToObj((page) -> new Thread(() -> look(arguments[0] + "/actuator/genstage?view=", page)))
				.forEach((page) -> {
					page.setDaemon(true);
					page.start();
				});
			for (int sign = System.in.read(); sign >= 0; sign = System.in.read()) {
				looking = sign == '+';
			}
		}

		private static void look(String views, int page) {
			try {
				HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
				ask(client, views + "topology");
				long offset = EVERY.multipliedBy(page).dividedBy(PAGES).toMillis();
				Thread.sleep(offset); // pages aren't in step
				while (true) {
					if (looking) {
						ask(client, views + "numbers");
					}
					Thread.sleep(EVERY.toMillis()); // as the page's script does
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException("page %d can't be shown".formatted(page), ex);
			}
		}

		private static void ask(HttpClient client, String url) throws Exception {
			HttpResponse<String> answer = client.send(
					HttpRequest.newBuilder(URI.create(url)).header("Accept", "application/json").build(),
					HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new IllegalStateException("%s answers %d".formatted(url, answer.statusCode()));
			}
		}

	}

}
