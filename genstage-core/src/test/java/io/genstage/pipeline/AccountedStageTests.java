package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.account.Activity;
import io.genstage.account.QueueTimes;
import io.genstage.account.StageTimes;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.failure.RetryAfterException;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What stages of a pipeline spend their time on, to the nanosecond of a pretended clock.
 */
class AccountedStageTests {

	private static final SubscribeOptions ONE = SubscribeOptions.defaults().withMaxDemand(1).withMinDemand(0);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);

	private PretendedWorld world = new PretendedWorld(11);

	@AfterEach
	void endTheWorld() {
		this.world.close();
	}

	private Pipeline start(StageDefinition... stages) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(stages)), this.world.system);
		pipeline.start();
		return pipeline;
	}

	private static ProducerStage<Integer> endless() {
		int[] next = { 0 };
		return (demand) -> {
			List<Integer> events = new ArrayList<>();
			for (long i = 0; i < demand; i++) {
				events.add(next[0]++);
			}
			return events;
		};
	}

	private ConsumerStage<Integer> taking(Duration time) {
		return (events, from) -> this.world.work(time.multipliedBy(events.size()));
	}

	private static StageTimes times(Pipeline pipeline, String stage) {
		return pipeline.times(stage).orElseThrow();
	}

	/** Returns what a stage has spent its time on within ten seconds, in milliseconds. */
	private long millis(Pipeline pipeline, String stage, Activity activity) {
		StageTimes before = times(pipeline, stage);
		this.world.pass(Duration.ofSeconds(10));
		return times(pipeline, stage).since(before).spent().nanos(activity) / 1_000_000;
	}

	@Test
	void ofAHandlerThatIsGivenAnEventFromTimeToTime() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition.of("sink", taking(Duration.ofMillis(30))).subscribeTo("queue", FEW));
		feed(queue);
		this.world.pass(Duration.ofMillis(50));
		StageTimes before = times(pipeline, "sink");
		this.world.pass(Duration.ofSeconds(10));
		StageTimes window = times(pipeline, "sink").since(before);
		assertThat(window.spent().nanos(Activity.HANDLING)).isEqualTo(Duration.ofSeconds(3).toNanos());
		assertThat(window.spent().nanos(Activity.STARVED)).isEqualTo(Duration.ofSeconds(7).toNanos());
		assertThat(window.handling().calls()).isEqualTo(100);
		assertThat(window.handling().mean()).isEqualTo(30_000_000);
		assertThat(window.handling().deviation()).isZero();
	}

	private void feed(EventQueue<Integer> queue) {
		this.world.schedule(Duration.ofMillis(100), () -> {
			queue.offer(1);
			feed(queue);
		});
	}

	@Test
	void showsAHandlerThatHangs() {
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("sink", taking(Duration.ofHours(1))).subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "sink", Activity.HANDLING)).isEqualTo(10_000);
		assertThat(millis(pipeline, "a", Activity.BLOCKED)).isEqualTo(10_000);
		assertThat(times(pipeline, "sink").handling().calls()).isZero();
	}

	@Test
	void knowsHowLongEventsWereThere() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition.of("sink", taking(Duration.ofMillis(200))).subscribeTo("queue", ONE));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(2);
		this.world.pass(Duration.ofSeconds(1));
		QueueTimes times = times(pipeline, "sink").queue();
		assertThat(times.events()).isEqualTo(2);
		assertThat(times.nanos()).isEqualTo(Duration.ofMillis(400).toNanos());
		assertThat(times.percentile(1)).isEqualTo(Duration.ofMillis(300).toNanos());
		assertThat(times(pipeline, "queue").queue()).isEqualTo(QueueTimes.NONE);
	}

	@Test
	void knowsTheOldestEventOfAHandlerThatHangs() {
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("sink", taking(Duration.ofHours(1))).subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(10));
		assertThat(times(pipeline, "sink").queue().oldest()).isEqualTo(Duration.ofSeconds(10).toNanos());
		assertThat(times(pipeline, "sink").queue().events()).isZero();
	}

	@Test
	void countsTheTimeThatEventsWaitForDemandFromBelow() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		ProducerConsumerStage<Integer, Integer> passing = (events, from) -> events;
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition.of("middle", passing).subscribeTo("queue", FEW),
				StageDefinition.of("sink", taking(Duration.ofSeconds(6))).subscribeTo("middle", ONE));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(2);
		this.world.pass(Duration.ofSeconds(3));
		assertThat(times(pipeline, "middle").queue().oldest()).isEqualTo(Duration.ofSeconds(3).toNanos());
		this.world.pass(Duration.ofSeconds(10));
		assertThat(times(pipeline, "middle").queue().events()).isEqualTo(2);
		assertThat(times(pipeline, "middle").queue().nanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
		assertThat(times(pipeline, "middle").queue().oldest()).isZero();
	}

	@Test
	void countsTheTimeThatEventsWaitForABatch() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = start(StageDefinition.of("queue", queue), StageDefinition.of("sink", taking(Duration.ZERO))
			.withOptions(
					StageOptions.defaults().withBatching(Batching.of(new BatchOptions(5, Duration.ofSeconds(6), 10))))
			.subscribeTo("queue", FEW));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(10));
		assertThat(times(pipeline, "sink").queue().nanos()).isEqualTo(Duration.ofSeconds(6).toNanos());
	}

	@Test
	void countsTheTimeOfAllAttemptsOfWhatIsGivenUp() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		ConsumerStage<Integer> failing = (events, from) -> {
			throw new IllegalStateException("planted");
		};
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition.of("sink", failing)
					.withOptions(StageOptions.defaults()
						.withFailure(FailurePolicy.defaults()
							.withRetries(Retries.fixed(2, Duration.ofSeconds(4)))
							.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
							.withThen(FailurePolicy.Then.SKIP)))
					.subscribeTo("queue", FEW));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(5));
		assertThat(times(pipeline, "sink").queue().oldest()).isEqualTo(Duration.ofSeconds(5).toNanos());
		this.world.pass(Duration.ofSeconds(30));
		assertThat(times(pipeline, "sink").queue().events()).isOne();
		assertThat(times(pipeline, "sink").queue().nanos()).isEqualTo(Duration.ofSeconds(8).toNanos());
	}

	@Test
	void goesOnWithTheTimesOfEventsAfterARestart() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		boolean[] fails = { true };
		ConsumerStage<Integer> flaky = (events, from) -> {
			this.world.work(Duration.ofSeconds(2));
			if (fails[0]) {
				fails[0] = false;
				throw new IllegalStateException("planted");
			}
		};
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition.of("sink", flaky).subscribeTo("queue", ONE));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(60));
		queue.offer(2);
		this.world.pass(Duration.ofSeconds(60));
		assertThat(times(pipeline, "sink").queue().events()).isEqualTo(2);
		assertThat(times(pipeline, "sink").queue().nanos()).isEqualTo(Duration.ofSeconds(4).toNanos());
	}

	@Test
	void waitsForResultsOnlyWhenNothingMoreMayBeBegun() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = start(StageDefinition.of("queue", queue),
				StageDefinition
					.of("sink",
							(AsyncConsumerStage<Integer>) (event, from) -> this.world.later(Duration.ofSeconds(4),
									event))
					.withOptions(StageOptions.defaults().withInFlight(InFlight.of(2)))
					.subscribeTo("queue", FEW));
		this.world.pass(Duration.ofSeconds(1));
		StageTimes before = times(pipeline, "sink");
		queue.offer(1);
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(2);
		this.world.pass(Duration.ofSeconds(9));
		StageTimes window = times(pipeline, "sink").since(before);
		assertThat(window.spent().nanos(Activity.WAITING)).isEqualTo(Duration.ofSeconds(3).toNanos());
		assertThat(window.spent().nanos(Activity.STARVED)).isEqualTo(Duration.ofSeconds(7).toNanos());
		assertThat(window.places().total()).isEqualTo(2);
		assertThat(window.places().takenNanos()).isEqualTo(Duration.ofSeconds(8).toNanos());
		assertThat(window.placeShare()).isEqualTo(0.4, within(1e-9));
		assertThat(window.handling().mean()).isEqualTo(4_000_000_000.0);
		assertThat(window.queue().mean()).isEqualTo(4_000_000_000.0);
	}

	@Test
	void collectsABatch() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = start(StageDefinition.of("queue", queue), StageDefinition.of("sink", taking(Duration.ZERO))
			.withOptions(
					StageOptions.defaults().withBatching(Batching.of(new BatchOptions(5, Duration.ofSeconds(6), 10))))
			.subscribeTo("queue", FEW));
		this.world.pass(Duration.ofSeconds(1));
		queue.offer(1);
		assertThat(millis(pipeline, "sink", Activity.COLLECTING)).isEqualTo(6_000);
	}

	@Test
	void isHeldByItsRateOnEitherSide() {
		Pipeline pipeline = start(
				StageDefinition.of("a", endless())
					.withOptions(StageOptions.defaults()
						.withRate(new RateAccount(new RateLimit(10, Duration.ofSeconds(1), 1)))),
				StageDefinition.of("sink", taking(Duration.ofMillis(10))).subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "a", Activity.RATE_LIMITED)).isBetween(8_900L, 9_100L);
		assertThat(millis(pipeline, "sink", Activity.STARVED)).isBetween(8_900L, 9_100L);
	}

	@Test
	void waitsForAnotherAttemptAndCountsWhatWasRefused() {
		int[] calls = { 0 };
		ConsumerStage<Integer> refusing = (events, from) -> {
			if (calls[0]++ % 2 == 0) {
				throw new RetryAfterException(Duration.ofSeconds(2));
			}
		};
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("sink", refusing)
					.withOptions(StageOptions.defaults()
						.withFailure(FailurePolicy.defaults()
							.withRetries(Retries.fixed(3, Duration.ofSeconds(2)))
							.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))))
					.subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "sink", Activity.RETRYING)).isEqualTo(10_000);
		assertThat(times(pipeline, "sink").handling().failed()).isEqualTo(6);
		assertThat(times(pipeline, "sink").handling().refused()).isEqualTo(6);
		assertThat(times(pipeline, "sink").handling().calls()).isEqualTo(5);
	}

	@Test
	void isPausedAndGoesOn() {
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("sink", taking(Duration.ofMillis(10))).subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(1));
		pipeline.pause("sink");
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "sink", Activity.PAUSED)).isEqualTo(10_000);
		pipeline.resume("sink");
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "sink", Activity.PAUSED)).isZero();
		pipeline.pause("a");
		this.world.pass(Duration.ofSeconds(1));
		assertThat(millis(pipeline, "a", Activity.PAUSED)).isEqualTo(10_000);
	}

	@Test
	void countsThePauseBeforeARestartAndKeepsWhatWasBefore() {
		int[] calls = { 0 };
		ConsumerStage<Integer> failing = (events, from) -> {
			this.world.work(Duration.ofSeconds(1));
			if (calls[0]++ == 0) {
				throw new IllegalStateException("once");
			}
		};
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("sink", failing)
					.withRestarts(
							new RestartPolicy(Duration.ofSeconds(3), 1, Duration.ofSeconds(3), 2, Duration.ofHours(1)))
					.subscribeTo("a", ONE));
		this.world.pass(Duration.ofSeconds(2));
		assertThat(times(pipeline, "sink").activity()).isEqualTo(Activity.RESTARTING);
		this.world.pass(Duration.ofSeconds(8));
		StageTimes times = times(pipeline, "sink");
		assertThat(times.spent().nanos(Activity.RESTARTING)).isEqualTo(Duration.ofSeconds(3).toNanos());
		assertThat(times.spent().nanos(Activity.HANDLING)).isEqualTo(Duration.ofSeconds(7).toNanos());
		assertThat(times.spent().total()).isEqualTo(Duration.ofSeconds(10).toNanos());
	}

	@Test
	void countsHowOftenAConsumerHadToWaitForItsAskToArrive() {
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("one", taking(Duration.ofSeconds(1))).subscribeTo("a", ONE));
		this.world.pass(Duration.ofMillis(10_500));
		assertThat(pipeline.status().edge("one", "a").orElseThrow().counts().starved()).isEqualTo(10);
		try (PretendedWorld other = new PretendedWorld(11)) {
			Pipeline wider = new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("a", endless()),
							StageDefinition
								.of("few", StageKind.CONSUMER,
										() -> (ConsumerStage<Integer>) (events, from) -> other
											.work(Duration.ofSeconds(1)))
								.subscribeTo("a", FEW))),
					other.system);
			wider.start();
			other.pass(Duration.ofMillis(10_500));
			assertThat(wider.status().edge("few", "a").orElseThrow().counts().starved()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void addsUpForEachInstanceAndNeverFalls(long seed) {
		this.world.close();
		this.world = new PretendedWorld(seed);
		int[] calls = { 0 };
		ProducerConsumerStage<Integer, Integer> restless = (events, from) -> {
			this.world.work(Duration.ofMillis(7));
			if (++calls[0] % 40 == 0) {
				throw new IllegalStateException("now and then");
			}
			return events;
		};
		Pipeline pipeline = start(StageDefinition.of("a", endless()),
				StageDefinition.of("middle", StageKind.PRODUCER_CONSUMER, () -> restless)
					.withConcurrency(2)
					.withRestarts(new RestartPolicy(Duration.ofMillis(300), 1, Duration.ofMillis(300), 1000,
							Duration.ofHours(1)))
					.subscribeTo("a", FEW),
				StageDefinition
					.of("sink", (AsyncConsumerStage<Integer>) (event, from) -> (event % 3 == 0)
							? CompletableFuture.completedFuture(event) : this.world.later(Duration.ofMillis(50), event))
					.withOptions(StageOptions.defaults().withInFlight(InFlight.of(3)))
					.subscribeTo("middle", FEW));
		StageTimes last = StageTimes.NONE;
		for (int second = 1; second <= 30; second++) {
			if (second == 10) {
				pipeline.pause("middle");
			}
			if (second == 15) {
				pipeline.resume("middle");
			}
			this.world.pass(Duration.ofSeconds(1));
			long elapsed = Duration.ofSeconds(second).toNanos();
			for (ManagedStageStatus stage : pipeline.status().stages()) {
				for (InstanceStatus instance : stage.instances()) {
					StageTimes times = Objects.requireNonNull(instance.numbers()).times();
					assertThat(Objects.requireNonNull(times).spent().total()).as("%s, seed %d", instance.name(), seed)
						.isEqualTo(elapsed);
				}
			}
			StageTimes middle = times(pipeline, "middle");
			for (Activity activity : Activity.values()) {
				assertThat(middle.spent().nanos(activity)).isGreaterThanOrEqualTo(last.spent().nanos(activity));
			}
			last = middle;
		}
		assertThat(last.spent().nanos(Activity.RESTARTING)).isPositive();
		assertThat(last.spent().nanos(Activity.PAUSED)).isPositive();
	}

}
