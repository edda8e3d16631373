package io.genstage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real threads and load. {@code -Dgenstage.load.seconds=60} makes each long test take
 * that long (default 2).
 */
@Timeout(300)
class PipelineLoadTests extends PipelineFixture {

	/** As many as can be counted one by one. */
	private static final int MOST_EVENTS = 50_000_000;

	private static final RestartPolicy TOUGH = RestartPolicy.defaults()
		.withBackOff(Duration.ofMillis(5), 1, Duration.ofMillis(5))
		.withLimit(Integer.MAX_VALUE, Duration.ofMinutes(10));

	private final long seconds = Long.getLong("genstage.load.seconds", 2);

	private final StageSystem threads = StageSystem.create();

	private final AtomicLong next = new AtomicLong();

	@AfterEach
	void close() {
		this.threads.close();
	}

	@Test
	void balancesAndRecoversHoweverOftenAStageIsKilled() {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("numbers", numbers(Integer.MAX_VALUE)),
						StageDefinition.of("store", (ConsumerStage<Integer>) (events, from) -> {
						}).withConcurrency(3).withRestarts(TOUGH).subscribeTo("numbers"))),
				this.threads);
		pipeline.start();
		int killed = 0;
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.seconds);
		while (System.nanoTime() < end) {
			String victim = "store#" + killed % 3;
			long before = numbers(pipeline, "store").in();
			this.threads.find(victim).ifPresent((stage) -> stage.stop(ExitReason.of("killed")));
			killed++;
			long restarts = killed;
			Awaitility.await()
				.pollInterval(Duration.ofMillis(2))
				.until(() -> stage(pipeline, "store").restarts() == restarts
						&& stage(pipeline, "store").state() == StageState.RUNNING
						&& numbers(pipeline, "store").in() > before);
		}
		assertThat(killed).isGreaterThan(5);
		assertThat(this.threads.stages()).hasSize(4);
		join(pipeline.drain(Duration.ofSeconds(30)));
		assertBalance(pipeline);
		assertThat(this.threads.stages()).isEmpty();
	}

	@Test
	void losesNothingWhileItIsChanged() {
		AtomicIntegerArray times = new AtomicIntegerArray(MOST_EVENTS);
		Pipeline pipeline = new Pipeline(
				PipelineGraph
					.of(List.of(StageDefinition.of("numbers", numbers(MOST_EVENTS)),
							StageDefinition
								.of("store",
										(ConsumerStage<Integer>) (events, from) -> events
											.forEach(times::incrementAndGet))
								.subscribeTo("numbers"))),
				this.threads);
		join(pipeline.start());
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.seconds);
		for (int round = 0; System.nanoTime() < end; round++) {
			join(pipeline.concurrency("store", 1 + round % 4));
			join(pipeline.demand("store", 10 + 90 * (round % 3), round % 10));
			join(pipeline.pause("store"));
			join(pipeline.resume("store"));
			join(pipeline.pause("numbers"));
			join(pipeline.resume("numbers"));
			join(pipeline.restart((round % 2 == 0) ? "store" : "numbers"));
		}
		assertThat(join(pipeline.drain(Duration.ofSeconds(30))).isComplete()).isTrue();
		assertBalance(pipeline);
		long emitted = this.next.get();
		assertThat(emitted).isPositive();
		assertThat(LongStream.range(0, emitted).filter((number) -> times.get((int) number) != 1)).isEmpty();
		assertThat(numbers(pipeline, "store").in()).isEqualTo(emitted);
	}

	@Test
	void finishesAThousandEventsInFlightWhenItDrains() {
		AtomicLong stored = new AtomicLong();
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("numbers", numbers(MOST_EVENTS)),
				StageDefinition.of("store", (ConsumerStage<Integer>) (events, from) -> {
					for (int event = 0; event < events.size(); event++) {
						TimeUnit.MILLISECONDS.sleep(1);
						stored.incrementAndGet();
					}
				})
					.withConcurrency(4)
					.subscribeTo("numbers", SubscribeOptions.defaults().withMaxDemand(250).withMinDemand(0)))),
				this.threads);
		join(pipeline.start());
		Awaitility.await().until(() -> numbers(pipeline, "numbers").out() >= 1000);
		DrainReport report = join(pipeline.drain(Duration.ofSeconds(60)));
		assertThat(report.isComplete()).isTrue();
		assertThat(stored.get()).isEqualTo(this.next.get()).isGreaterThanOrEqualTo(1000);
	}

	@Test
	void namesAHandlerThatIsStuckAtTheDeadline() throws InterruptedException {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("numbers", numbers(MOST_EVENTS)),
				StageDefinition.of("stuck", (ConsumerStage<Integer>) (events, from) -> {
					entered.countDown();
					release.await();
				}).subscribeTo("numbers", FEW), StageDefinition.of("well", (ConsumerStage<Integer>) (events, from) -> {
				}).subscribeTo("numbers", FEW))), this.threads);
		pipeline.start();
		entered.await();
		DrainReport report = join(pipeline.drain(Duration.ofMillis(100)));
		release.countDown();
		assertThat(report.remainders()).singleElement()
			.satisfies((stuck) -> assertThat(stuck.stuck()).containsExactly("stuck"));
		assertThat(report.toString()).contains("(still in a callback: stuck)");
	}

	/** What was emitted was handled or is counted as lost. */
	private void assertBalance(Pipeline pipeline) {
		Awaitility.await().untilAsserted(() -> {
			StageStatus store = numbers(pipeline, "store");
			StageStatus source = numbers(pipeline, "numbers");
			assertThat(source.out()).isEqualTo(this.next.get());
			assertThat(store.in() + store.discarded() + source.discarded()).isEqualTo(source.out());
			EdgeStatus edge = pipeline.status().edge("store", "numbers").orElseThrow();
			assertThat(edge.settled()).isEqualTo(edge.sent());
			assertThat(edge.sent() + source.discarded()).isEqualTo(source.out());
		});
	}

	/** Emits the numbers from 0. */
	private ProducerStage<Integer> numbers(int most) {
		LongFunction<List<Integer>> numbers = (demand) -> LongStream.range(0, Math.min(demand, most - this.next.get()))
			.mapToObj((number) -> (int) this.next.getAndIncrement())
			.toList();
		return numbers::apply;
	}

}
