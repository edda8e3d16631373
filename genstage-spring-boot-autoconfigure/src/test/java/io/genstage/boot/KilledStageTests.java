package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.genstage.ExitReason;
import io.genstage.Discard;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.StageState;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application under load, one of whose stages is killed every 200 ms.
 * {@code -Dgenstage.load.seconds=60} makes it take that long (default 2).
 */
@Timeout(300)
class KilledStageTests {

	private static final int SECONDS = Integer.getInteger("genstage.load.seconds", 2);

	private static final int KILLS = 5 * SECONDS;

	private static final List<String> VICTIMS = List.of("store#0", "checked#0", "store#1", "numbers", "checked#1",
			"store#2");

	private final Load load = new Load();

	private final Losses losses = new Losses();

	private final AtomicInteger kills = new AtomicInteger();

	private final AtomicInteger mostThreads = new AtomicInteger();

	@Test
	void balancesAndRecoversHoweverOftenAStageIsKilled() {
		TestContexts.runner()
			.withBean(Load.class, () -> this.load)
			.withBean(Losses.class, () -> this.losses)
			.withPropertyValues("genstage.defaults.restart.first-delay=5ms", "genstage.defaults.restart.max-delay=5ms",
					"genstage.defaults.restart.max-restarts=1000000")
			.run((context) -> {
				killAtFixedRate(context);
				assertThat(context.getBean(StageSystem.class).stages()).hasSize(VICTIMS.size());
				context.getBean(PipelineLifecycle.class).stop();
				LogFactory.getLog(getClass()).info(this);
				assertBalance(TestContexts.registry(context));
			});
		TestContexts.awaitNoThreads();
	}

	private void killAtFixedRate(ApplicationContext context) throws InterruptedException, ExecutionException {
		ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
		try {
			var killing = killer.scheduleAtFixedRate(() -> killOne(context), 200, 200, TimeUnit.MILLISECONDS);
			Awaitility.await()
				.atMost(Duration.ofSeconds(2L * SECONDS + 30))
				.until(() -> this.kills.get() >= KILLS || killing.isDone());
			if (killing.isDone()) {
				killing.get();
			}
		}
		finally {
			killer.shutdown();
			assertThat(killer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	/** Kills the next victim, and waits until it runs again and new events arrive. */
	private void killOne(ApplicationContext context) {
		StageRegistry registry = TestContexts.registry(context);
		String victim = VICTIMS.get(this.kills.get() % VICTIMS.size());
		context.getBean(StageSystem.class).find(victim).orElseThrow().stop(ExitReason.of("killed"));
		long killed = this.kills.get() + 1;
		Awaitility.await()
			.pollInterval(Duration.ofMillis(2))
			.until(() -> restarts(registry) == killed && isRunning(registry));
		int produced = this.load.next.get();
		Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> this.load.latest.get() >= produced);
		this.mostThreads.accumulateAndGet(TestContexts.threads().size(), Math::max);
		this.kills.incrementAndGet();
	}

	private static long restarts(StageRegistry registry) {
		return stages(registry).stream().mapToLong(ManagedStageStatus::restarts).sum();
	}

	private static boolean isRunning(StageRegistry registry) {
		return stages(registry).stream()
			.flatMap((stage) -> stage.instances().stream())
			.allMatch((instance) -> instance.state() == StageState.RUNNING);
	}

	private static List<ManagedStageStatus> stages(StageRegistry registry) {
		return registry.pipelines().stream().map(PipelineStatus::stages).flatMap(List::stream).toList();
	}

	private void assertBalance(StageRegistry registry) {
		assertThat(this.kills).hasValueGreaterThanOrEqualTo(KILLS);
		assertThat(registry.drainReports()).singleElement().matches(DrainReport::isComplete);
		assertThat(this.load.next).as("the load lasted").hasValueLessThan(Load.MOST);
		assertThat(this.load.repeated.sum()).as("handled twice").isZero();
		assertThat(this.load.finished.sum() + this.losses.events.sum()).isEqualTo(this.load.next.get());
		assertThat(discarded(registry)).isEqualTo(this.losses.events.sum()).isPositive();
		// An instance that passes its turn on has two for a moment; and there is the
		// timer.
		assertThat(this.mostThreads).hasValueLessThanOrEqualTo(2 * VICTIMS.size() + 1);
	}

	private static long discarded(StageRegistry registry) {
		return stages(registry).stream()
			.flatMap((stage) -> stage.started().stream())
			.mapToLong(StageStatus::discarded)
			.sum();
	}

	@Override
	public String toString() {
		return "%s kills: %s events produced, %s finished, %s lost; at most %s threads".formatted(this.kills,
				this.load.next, this.load.finished, this.losses.events, this.mostThreads);
	}

	/**
	 * Emits each number once, and marks those that arrive.
	 */
	static class Load {

		static final int MOST = 5_000_000 * SECONDS;

		private final AtomicInteger next = new AtomicInteger();

		private final AtomicLong latest = new AtomicLong();

		private final LongAdder finished = new LongAdder();

		private final LongAdder repeated = new LongAdder();

		/** A bit for each number. */
		private final AtomicLongArray seen = new AtomicLongArray(MOST / Long.SIZE + 1);

		@Producer
		List<Integer> numbers(int demand) {
			int first = this.next.get();
			int end = Math.min(first + demand, MOST);
			this.next.set(end);
			return IntStream.range(first, end).boxed().toList();
		}

		@ProducerConsumer(subscribeTo = "numbers", concurrency = 2)
		List<Integer> checked(List<Integer> numbers) {
			return numbers;
		}

		@Consumer(subscribeTo = "checked", concurrency = 3)
		void store(List<Integer> numbers) {
			numbers.forEach(this::finish);
		}

		private void finish(int number) {
			long bit = 1L << number;
			long before = this.seen.getAndAccumulate(number / Long.SIZE, bit, (bits, added) -> bits | added);
			((before & bit) == 0 ? this.finished : this.repeated).increment();
			this.latest.accumulateAndGet(number, Math::max);
		}

	}

	/**
	 * Counts the events that stages report as lost.
	 */
	static class Losses implements StageListener {

		private final LongAdder events = new LongAdder();

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			this.events.add(discard.count());
		}

	}

}
