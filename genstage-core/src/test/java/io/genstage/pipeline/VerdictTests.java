package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.Subscriber;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.PipelineVerdict.Kind;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plants a bottleneck in a graph and looks whether the verdict names it: within three
 * windows, and without a change for a minute.
 *
 * <pre>
 * a ---------> join -> left -> leftSink
 *         /
 * b (broadcast) -> right -> rightSink
 * </pre>
 */
class VerdictTests {

	private static final Duration SHORT = Duration.ofMillis(5);

	private static final Duration LONG = Duration.ofMillis(100);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);

	private final PretendedWorld world = new PretendedWorld(7);

	private final Map<String, Duration> times = new HashMap<>();

	private final Map<String, StageOptions> options = new HashMap<>();

	private final Map<String, Integer> concurrency = new HashMap<>();

	private final Map<String, Supplier<Stage>> stages = new HashMap<>();

	@AfterEach
	void endTheWorld() {
		this.world.close();
	}

	private ProducerStage<Integer> endless(String name) {
		int[] next = { 0 };
		return (demand) -> {
			List<Integer> events = new ArrayList<>();
			for (long i = 0; i < demand; i++) {
				events.add(next[0]++);
			}
			work(name, Duration.ofMillis(20), events);
			return events;
		};
	}

	private ProducerConsumerStage<Integer, Integer> passing(String name) {
		return (events, from) -> {
			work(name, SHORT, events);
			return events;
		};
	}

	private ConsumerStage<Integer> ending(String name) {
		return (events, from) -> work(name, SHORT, events);
	}

	/** Takes its time for each event. */
	private void work(String name, Duration usual, List<Integer> events) {
		this.world.work(this.times.getOrDefault(name, usual).multipliedBy(events.size()));
	}

	private StageDefinition define(String name, StageKind kind, Supplier<Stage> stage) {
		StageDefinition defined = StageDefinition.of(name, kind, this.stages.getOrDefault(name, stage))
			.withConcurrency(this.concurrency.getOrDefault(name, 1));
		StageOptions some = this.options.get(name);
		return (some != null) ? defined.withOptions(some) : defined;
	}

	private Pipeline graph() {
		this.options.putIfAbsent("b", StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		return start(List.of(define("a", StageKind.PRODUCER, () -> endless("a")),
				define("b", StageKind.PRODUCER, () -> endless("b")),
				define("join", StageKind.PRODUCER_CONSUMER, () -> passing("join")).subscribeTo("a", FEW)
					.subscribeTo("b", FEW),
				define("left", StageKind.PRODUCER_CONSUMER, () -> passing("left")).subscribeTo("join", FEW),
				define("leftSink", StageKind.CONSUMER, () -> ending("leftSink")).subscribeTo("left", FEW),
				define("right", StageKind.PRODUCER_CONSUMER, () -> passing("right")).subscribeTo("b", FEW),
				define("rightSink", StageKind.CONSUMER, () -> ending("rightSink")).subscribeTo("right", FEW)));
	}

	private Pipeline start(List<StageDefinition> stages) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(stages), this.world.system);
		pipeline.start();
		return pipeline;
	}

	/** Returns each verdict that there was, and in which window it was first given. */
	private Map<String, Integer> verdicts(Pipeline pipeline) {
		Map<String, Integer> verdicts = new LinkedHashMap<>();
		for (int window = 0; window <= 63; window++) {
			PipelineVerdict verdict = pipeline.verdict();
			if (verdict.kind() != Kind.UNKNOWN) {
				verdicts.putIfAbsent(verdict.kind() + " " + verdict.stage()
						+ ((verdict.instance() != null) ? " " + verdict.instance() : ""), window);
			}
			this.world.pass(Duration.ofSeconds(1));
		}
		return verdicts;
	}

	private PipelineVerdict only(Pipeline pipeline) {
		Map<String, Integer> verdicts = verdicts(pipeline);
		PipelineVerdict last = pipeline.verdict();
		assertThat(verdicts).as(last.sentence()).hasSize(1);
		assertThat(verdicts.values()).allMatch((window) -> window <= 3);
		return last;
	}

	private static void assertNames(PipelineVerdict verdict, Kind kind, @Nullable String stage) {
		assertThat(verdict.kind()).as(verdict.sentence()).isEqualTo(kind);
		assertThat(verdict.stage()).as(verdict.sentence()).isEqualTo(stage);
	}

	@ParameterizedTest
	@CsvSource({ "join, BROADCAST", "left, STAGE", "leftSink, STAGE", "right, BROADCAST", "rightSink, STAGE" })
	void namesASlowStage(String slow, Kind kind) {
		this.times.put(slow, LONG);
		PipelineVerdict verdict = only(graph());
		assertNames(verdict, kind, slow);
		assertThat(verdict.sentence()).contains("handling").contains("concurrency");
	}

	@ParameterizedTest
	@ValueSource(strings = { "join", "left", "leftSink" })
	void namesASlowStageOfSeveralInstances(String slow) {
		this.options.put("b", StageOptions.defaults());
		this.times.put(slow, LONG);
		this.concurrency.put(slow, 3);
		assertNames(only(graph()), Kind.STAGE, slow);
	}

	@ParameterizedTest
	@CsvSource({ "left, join", "leftSink, left", "rightSink, right" })
	void namesTheInstanceThatOneKeyKeepsBusy(String skewed, String above) {
		this.times.put(skewed, LONG);
		this.concurrency.put(skewed, 3);
		this.options.put(above,
				StageOptions.defaults()
					.withDispatcher(Dispatchers
						.partition(PartitionOptions.ofCount(3, (event) -> ((int) event % 20 < 18) ? 0 : event))));
		PipelineVerdict verdict = only(graph());
		assertNames(verdict, Kind.SKEW, skewed);
		assertThat(verdict.instance()).startsWith(skewed + "#");
	}

	@ParameterizedTest
	@ValueSource(strings = { "join", "left", "rightSink" })
	void namesARate(String limited) {
		this.options.put(limited,
				StageOptions.defaults().withRate(new RateAccount(new RateLimit(10, Duration.ofSeconds(1), 5))));
		PipelineVerdict verdict = only(graph());
		assertNames(verdict, Kind.RATE, limited);
		assertThat(verdict.sentence()).contains("10 events in 1 s");
	}

	@ParameterizedTest
	@CsvSource({ "join, BROADCAST", "left, STAGE", "leftSink, STAGE" })
	void namesAStageThatWaitsForARemoteService(String remote, Kind kind) {
		this.stages.put(remote,
				() -> remote.equals("leftSink")
						? (AsyncConsumerStage<Integer>) (event, from) -> this.world.later(Duration.ofMillis(400), event)
						: (AsyncProducerConsumerStage<Integer, Integer>) (event, from) -> this.world
							.later(Duration.ofMillis(400), List.of(event)));
		this.options.put(remote, StageOptions.defaults().withInFlight(InFlight.of(4)));
		PipelineVerdict verdict = only(graph());
		assertNames(verdict, kind, remote);
		assertThat(verdict.sentence()).contains("waiting for a result 100 %").contains("in-flight");
	}

	@ParameterizedTest
	@CsvSource({ "join, BROADCAST", "left, STAGE", "leftSink, STAGE" })
	void namesAStageThatRetries(String retrying, Kind kind) {
		Map<Integer, Integer> attempts = new HashMap<>();
		this.options.put(retrying,
				StageOptions.defaults()
					.withFailure(FailurePolicy.defaults()
						.withRetries(Retries.fixed(3, Duration.ofSeconds(3)))
						.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(5)))));
		this.stages.put(retrying,
				() -> retrying.equals("leftSink") ? (ConsumerStage<Integer>) (events, from) -> fail(attempts, events)
						: (ProducerConsumerStage<Integer, Integer>) (events, from) -> {
							fail(attempts, events);
							return events;
						});
		PipelineVerdict verdict = only(graph());
		assertNames(verdict, kind, retrying);
		assertThat(verdict.sentence()).contains("retrying");
	}

	private static void fail(Map<Integer, Integer> attempts, List<Integer> events) {
		if (attempts.merge(events.get(0), 1, Integer::sum) == 1) {
			throw new IllegalStateException("not at once");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "join", "left", "leftSink" })
	void namesAServiceThatFails(String failing) {
		this.options.put(failing,
				StageOptions.defaults()
					.withFailure(FailurePolicy.defaults()
						.withRetries(Retries.fixed(3, Duration.ofMillis(10)))
						.withOutage(new OutageGuard(3, Duration.ofSeconds(5)))));
		this.stages.put(failing, () -> failing.equals("leftSink") ? (ConsumerStage<Integer>) (events, from) -> {
			throw new IllegalStateException("down");
		} : (ProducerConsumerStage<Integer, Integer>) (events, from) -> {
			throw new IllegalStateException("down");
		});
		assertNames(only(graph()), Kind.OUTAGE, failing);
	}

	@Test
	void namesASlowSource() {
		this.times.put("a", LONG);
		this.times.put("b", Duration.ofMillis(150));
		PipelineVerdict verdict = only(graph());
		assertThat(verdict.kind()).as(verdict.sentence()).isEqualTo(Kind.SOURCE);
		assertThat(verdict.stage()).isIn("a", "b");
	}

	@Test
	void namesAConsumerOfABroadcastThatAsksForNothing() {
		this.stages.put("rightSink", () -> new ConsumerStage<Integer>() {

			@Override
			public boolean asksItself() {
				return true;
			}

			@Override
			public void handleEvents(List<Integer> events, Subscription from) {
				// Nothing comes.
			}

		});
		this.options.put("b", StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		assertNames(
				only(start(List.of(define("b", StageKind.PRODUCER, () -> endless("b")),
						define("left", StageKind.CONSUMER, () -> ending("left")).subscribeTo("b", FEW),
						define("rightSink", StageKind.CONSUMER, () -> ending("rightSink")).subscribeTo("b", FEW)))),
				Kind.BROADCAST, "rightSink");
	}

	@Test
	void namesAStageThatIsRestartedAgainAndAgain() {
		this.stages.put("left", () -> (ProducerConsumerStage<Integer, Integer>) (events, from) -> {
			throw new IllegalStateException("broken");
		});
		List<StageDefinition> stages = List.of(define("a", StageKind.PRODUCER, () -> endless("a")),
				define("left", StageKind.PRODUCER_CONSUMER, () -> passing("left")).subscribeTo("a", FEW)
					.withRestarts(new RestartPolicy(Duration.ofMillis(400), 1, Duration.ofMillis(400), 1000,
							Duration.ofMinutes(1))),
				define("sink", StageKind.CONSUMER, () -> ending("sink")).subscribeTo("left", FEW));
		assertNames(only(start(stages)), Kind.RESTARTING, "left");
	}

	@Test
	void namesAStageWhoseEventsStandStill() {
		Dispatcher<Integer> lazy = new Dispatcher<>() {

			private long demand;

			@Override
			public long subscribe(Subscriber subscriber) {
				return 0;
			}

			@Override
			public long ask(Subscriber subscriber, long demand) {
				this.demand += demand;
				return demand;
			}

			@Override
			public long cancel(Subscriber subscriber) {
				return 0;
			}

			@Override
			public List<Integer> dispatch(List<Integer> events) {
				return events;
			}

			@Override
			public long openDemand() {
				return this.demand;
			}

		};
		this.options.put("a", StageOptions.defaults().withDispatcher((DispatcherFactory<Integer>) (outlet) -> lazy));
		Pipeline pipeline = start(List.of(define("a", StageKind.PRODUCER, this::queue),
				define("sink", StageKind.CONSUMER, () -> ending("sink")).subscribeTo("a", FEW)));
		this.queues.get(0).offer(1);
		assertNames(only(pipeline), Kind.STALLED, "a");
	}

	// What is a fact

	@Test
	void saysAtOnceThatAStageHasFailed() {
		this.stages.put("left", () -> (ProducerConsumerStage<Integer, Integer>) (events, from) -> {
			throw new IllegalStateException("broken");
		});
		Pipeline pipeline = start(List.of(define("a", StageKind.PRODUCER, () -> endless("a")),
				define("left", StageKind.PRODUCER_CONSUMER, () -> passing("left")).subscribeTo("a", FEW)
					.withRestarts(RestartPolicy.never()),
				define("sink", StageKind.CONSUMER, () -> ending("sink")).subscribeTo("left", FEW)));
		this.world.pass(Duration.ofSeconds(1));
		assertNames(pipeline.verdict(), Kind.FAILED, "left");
	}

	@Test
	void saysAtOnceThatAStageIsPausedAndWhenItIsNoMore() {
		Pipeline pipeline = graph();
		this.world.pass(Duration.ofSeconds(1));
		pipeline.pause("join");
		assertNames(pipeline.verdict(), Kind.PAUSED, "join");
		this.world.pass(Duration.ofSeconds(2));
		assertNames(pipeline.verdict(), Kind.PAUSED, "join");
		pipeline.resume("join");
		this.world.pass(Duration.ofSeconds(1));
		assertThat(pipeline.verdict().kind()).isEqualTo(Kind.UNKNOWN);
		this.world.pass(Duration.ofSeconds(2));
		assertThat(pipeline.verdict().kind()).isEqualTo(Kind.SOURCE);
	}

	@Test
	void saysThatNothingRuns() {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(define("a", StageKind.PRODUCER, () -> endless("a")),
						define("sink", StageKind.CONSUMER, () -> ending("sink")).subscribeTo("a", FEW))),
				this.world.system);
		assertThat(pipeline.verdict().sentence()).isEqualTo("not running: it is created");
	}

	// What is well

	private final List<EventQueue<Integer>> queues = new ArrayList<>();

	private ProducerStage<Integer> queue() {
		EventQueue<Integer> queue = new EventQueue<>(1000);
		this.queues.add(queue);
		return queue;
	}

	/** Lets events come for a minute, some at a time. */
	private void feed(int events, Duration every) {
		this.world.schedule(every, () -> {
			for (int event = 0; event < events; event++) {
				int number = event;
				this.queues.forEach((queue) -> queue.offer(number));
			}
			feed(events, every);
		});
	}

	@Test
	void blamesNobodyWhereAllThatArrivesIsHandled() {
		this.stages.put("a", this::queue);
		this.stages.put("b", this::queue);
		Pipeline pipeline = graph();
		feed(1, Duration.ofMillis(40));
		assertNames(only(pipeline), Kind.NOTHING, null);
	}

	@Test
	void blamesNobodyForBurstsThatAreHandledInTime() {
		this.stages.put("a", this::queue);
		this.stages.put("b", this::queue);
		this.stages.put("left", () -> (AsyncProducerConsumerStage<Integer, Integer>) (event, from) -> this.world
			.later(Duration.ofMillis(50), List.of(event)));
		this.options.put("left", StageOptions.defaults().withInFlight(InFlight.of(8)));
		this.options.put("leftSink",
				StageOptions.defaults().withBatching(Batching.of(new BatchOptions(10, Duration.ofMillis(100), 1000))));
		Pipeline pipeline = graph();
		feed(20, Duration.ofMillis(900));
		assertNames(only(pipeline), Kind.NOTHING, null);
	}

	@Test
	void blamesNobodyWhereKeysAreSpreadAndARateIsNotReached() {
		this.stages.put("a", this::queue);
		this.stages.put("b", this::queue);
		this.times.put("left", Duration.ofMillis(30));
		this.concurrency.put("left", 4);
		this.options.put("join",
				StageOptions.defaults().withDispatcher(Dispatchers.partition(PartitionOptions.ofCount(4))));
		this.options.put("right",
				StageOptions.defaults().withRate(new RateAccount(new RateLimit(60, Duration.ofSeconds(1), 20))));
		Pipeline pipeline = graph();
		feed(4, Duration.ofMillis(160));
		assertNames(only(pipeline), Kind.NOTHING, null);
	}

	@Test
	void saysThatNothingIsUnderWay() {
		this.stages.put("a", this::queue);
		this.stages.put("b", this::queue);
		assertNames(only(graph()), Kind.IDLE, null);
	}

	// Who looks

	@Test
	void looksOnlyWhileSomebodyAsks() {
		Pipeline pipeline = graph();
		assertThat(pipeline.window()).isEmpty();
		this.world.pass(Duration.ofSeconds(3));
		PipelineWindow window = pipeline.window().orElseThrow();
		assertThat(window.length()).isEqualTo(Duration.ofSeconds(1));
		assertThat(window.after().stage("join").orElseThrow().started().orElseThrow().in())
			.isGreaterThan(window.before().stage("join").orElseThrow().started().orElseThrow().in());
		this.world.pass(Duration.ofMinutes(6));
		assertThat(pipeline.window()).isEmpty();
		this.world.pass(Duration.ofSeconds(3));
		assertThat(pipeline.window()).isPresent();
	}

	@Test
	void knowsNothingWithoutAccounts() {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(define("a", StageKind.PRODUCER, () -> endless("a")),
						define("sink", StageKind.CONSUMER, () -> ending("sink")).subscribeTo("a", FEW))),
				this.world.system, List.of(), TimeKeeping.OFF);
		pipeline.start();
		for (int second = 0; second < 4; second++) {
			assertThat(pipeline.verdict().kind()).isEqualTo(Kind.UNKNOWN);
			assertThat(pipeline.window()).isEmpty();
			this.world.pass(Duration.ofSeconds(1));
		}
		assertThat(pipeline.times("sink")).isEmpty();
	}

}
