package io.genstage.boot.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Prometheus scrapes, and what that costs.
 */
class ScrapeTests {

	private static final Executor ON_OWN_THREAD = (task) -> new Thread(task).start();

	private static final Set<String> SHOWING_WHAT_WAITS = Set.of("genstage.events.buffered", "genstage.events.queued",
			"genstage.events.backlog", "genstage.events.held");

	@Test
	void hasNamesThatSayNothingTwice() {
		TestContexts.runner().run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			register(stages, oneLine(3, new AtomicLong()));
			assertThat(scrape(stages).lines()
				.filter((line) -> line.startsWith("# TYPE "))
				.map((line) -> line.substring("# TYPE ".length())))
				.containsExactlyInAnyOrder("genstage_demand_events gauge", "genstage_events_backlog gauge",
						"genstage_events_buffered gauge", "genstage_events_discarded_total counter",
						"genstage_events_held gauge", "genstage_events_in_total counter",
						"genstage_events_late_total counter", "genstage_events_out_total counter",
						"genstage_events_queued gauge", "genstage_events_retried_total counter",
						"genstage_events_settled_total counter", "genstage_handling_seconds summary",
						"genstage_limiting gauge", "genstage_progress gauge", "genstage_queue_oldest_seconds gauge",
						"genstage_queue_time_seconds summary", "genstage_queue_within_total counter",
						"genstage_state gauge", "genstage_time_seconds_total counter");
		});
	}

	@Test
	void showsAFullQueue() {
		TestContexts.runner().run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			EventQueue<Integer> queue = new EventQueue<>(2);
			register(stages,
					List.of(StageDefinition.of("waiting", queue),
							StageDefinition.of("absent", new Counted(new AtomicLong()))
								.subscribeTo("waiting")
								.withAutoStartup(false)));
			assertThat(queue.offer(1) && queue.offer(2)).isTrue();
			assertThat(scrape(stages).lines())
				.contains("genstage_events_backlog{kind=\"producer\",stage=\"waiting\"} 2.0");
		});
	}

	@Test
	void showsTheStateOfAStage() {
		TestContexts.runner().run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			register(stages, oneLine(1, new AtomicLong()));
			stages.pause("stage-0").toCompletableFuture().get(30, TimeUnit.SECONDS);
			assertThat(scrape(stages).lines().filter((line) -> line.startsWith("genstage_state{kind=\"consumer\"")))
				.filteredOn((line) -> line.endsWith(" 1.0"))
				.containsExactly("genstage_state{kind=\"consumer\",stage=\"stage-0\",state=\"paused\"} 1.0");
		});
	}

	@Test
	void showsHowLongEventsWereInAStageAsAHistogramDoes() {
		TestContexts.runner().run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			EventQueue<Integer> queue = new EventQueue<>(2);
			register(stages, List.of(StageDefinition.of("waiting", queue),
					StageDefinition.of("sink", new Counted(new AtomicLong())).subscribeTo("waiting")));
			assertThat(queue.offer(1) && queue.offer(2)).isTrue();
			Awaitility.await().until(() -> stages.counts("sink").orElseThrow().in() == 2);
			List<String> lines = scrape(stages).lines().filter((line) -> line.startsWith("genstage_queue_")).toList();
			assertThat(lines).contains("genstage_queue_within_total{kind=\"consumer\",le=\"+Inf\",stage=\"sink\"} 2.0",
					"genstage_queue_within_total{kind=\"consumer\",le=\"3600\",stage=\"sink\"} 2.0",
					"genstage_queue_time_seconds_count{kind=\"consumer\",stage=\"sink\"} 2",
					"genstage_queue_oldest_seconds{kind=\"consumer\",stage=\"sink\"} 0.0");
			assertThat(lines).filteredOn((line) -> line.startsWith("genstage_queue_time_seconds_sum{kind=\"consumer\""))
				.singleElement()
				.satisfies(
						(line) -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' ')))).isPositive());
			assertThat(lines).noneMatch((line) -> line.contains("\"waiting\""));
		});
	}

	/**
	 * A stage is asked for its backlog whenever what waits in it is read, and so whenever
	 * its status is built. That is also done to find out what limits a pipeline, once in
	 * an interval, whatever the number of meters.
	 */
	@ParameterizedTest
	@CsvSource({ "one pipeline, 10", "one pipeline, 300", "many pipelines, 10", "many pipelines, 300" })
	void readsWhatWaitsForThoseMetersOnlyThatShowIt(String shape, int size) {
		TestContexts.runner().withPropertyValues("genstage.accounts.enabled=false").run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			AtomicLong asked = new AtomicLong();
			register(stages, shape.equals("one pipeline") ? oneLine(size, asked) : manyLines(size, asked));
			PrometheusMeterRegistry meters = meters(stages);
			long showing = meters.getMeters().stream().filter(ScrapeTests::showsWhatWaitsInAConsumer).count();
			meters.scrape();
			asked.set(0);
			meters.scrape();
			assertThat(asked.get()).isEqualTo(showing).isEqualTo(3L * size);
		});
	}

	/**
	 * The executor of the system is called while a pipeline is changed. One that blocks
	 * there holds up everything that needs the lock of that pipeline.
	 */
	@Test
	void isNotHeldUpByAChangeNorIsARegistrationBeforeIt() {
		AtomicBoolean blocking = new AtomicBoolean();
		AtomicInteger running = new AtomicInteger();
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		StageSystem system = StageSystem.builder().executor((task) -> {
			if (blocking.compareAndSet(true, false)) {
				entered.countDown();
				await(release);
			}
			running.incrementAndGet();
			ON_OWN_THREAD.execute(() -> {
				try {
					task.run();
				}
				finally {
					running.decrementAndGet();
				}
			});
		}).build();
		TestContexts.runner().withBean(StageSystem.class, () -> system).run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			register(stages, oneLine(1, new AtomicLong()));
			// A stage in its turn would take the change up without the executor.
			Awaitility.await().until(() -> running.get() == 0);
			blocking.set(true);
			CompletableFuture<?> change = CompletableFuture.runAsync(() -> stages.pause("stage-0"), ON_OWN_THREAD);
			await(entered);
			try {
				StageDefinition late = StageDefinition.of("late", new Silent()).withAutoStartup(false);
				CompletableFuture.runAsync(() -> stages.register(late,
						StageDefinition.of("later", new Counted(new AtomicLong()))
							.subscribeTo("late")
							.withAutoStartup(false)),
						ON_OWN_THREAD)
					.get(30, TimeUnit.SECONDS);
				assertThat(CompletableFuture.supplyAsync(() -> scrape(stages), ON_OWN_THREAD)
					.get(30, TimeUnit.SECONDS)
					.lines()).contains("genstage_state{kind=\"producer\",stage=\"late\",state=\"created\"} 1.0",
							"genstage_state{kind=\"consumer\",stage=\"stage-0\",state=\"running\"} 1.0");
			}
			finally {
				release.countDown();
				change.get(30, TimeUnit.SECONDS);
			}
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** The meters of producers are not counted: theirs is another class. */
	private static boolean showsWhatWaitsInAConsumer(Meter meter) {
		return "consumer".equals(meter.getId().getTag("kind")) && SHOWING_WHAT_WAITS.contains(meter.getId().getName());
	}

	private static List<StageDefinition> oneLine(int consumers, AtomicLong asked) {
		List<StageDefinition> stages = new ArrayList<>();
		stages.add(StageDefinition.of("source", new Silent()));
		IntStream.range(0, consumers)
			.forEach((i) -> stages.add(StageDefinition.of("stage-" + i, new Counted(asked)).subscribeTo("source")));
		return stages;
	}

	private static List<StageDefinition> manyLines(int lines, AtomicLong asked) {
		List<StageDefinition> stages = new ArrayList<>();
		IntStream.range(0, lines).forEach((i) -> {
			stages.add(StageDefinition.of("source-" + i, new Silent()));
			stages.add(StageDefinition.of("stage-" + i, new Counted(asked)).subscribeTo("source-" + i));
		});
		return stages;
	}

	private static void register(StageRegistry registry, List<StageDefinition> stages) throws Exception {
		registry.register(stages.toArray(StageDefinition[]::new)).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private static String scrape(StageRegistry stages) {
		return meters(stages).scrape();
	}

	private static PrometheusMeterRegistry meters(StageRegistry stages) {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		new GenStageMetrics(stages).bindTo(meters);
		return meters;
	}

	/**
	 * Emits nothing.
	 */
	private static final class Silent implements ProducerStage<Integer> {

		@Override
		public List<Integer> handleDemand(long demand) {
			return List.of();
		}

	}

	/**
	 * Counts how often it is asked for its backlog.
	 */
	private static final class Counted implements ConsumerStage<Integer> {

		private final AtomicLong asked;

		Counted(AtomicLong asked) {
			this.asked = asked;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

		@Override
		public long backlog() {
			this.asked.incrementAndGet();
			return 0;
		}

	}

}
