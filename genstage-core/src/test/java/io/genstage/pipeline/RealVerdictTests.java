package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.PipelineVerdict.Kind;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.thread.StagePool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plants a bottleneck in a graph that runs on threads and by the clock, and waits until
 * the verdict names it. The bottleneck is slower than all else by a factor of twenty, and
 * waits instead of computing, so that a busy machine changes nothing. All graphs run at
 * once. {@link VerdictTests} does the like in pretended time, where it also looks how
 * soon and for how long the verdict is right.
 *
 * <pre>
 * a ---------> join -> left -> leftSink
 *         /
 * b (broadcast) -> right -> rightSink
 * </pre>
 */
class RealVerdictTests {

	private static final long SOURCE_MILLIS = 1;

	private static final long SLOW_MILLIS = 20;

	private static final Duration REMOTE = Duration.ofMillis(100);

	private static final TimeKeeping WINDOWS = new TimeKeeping(true, Duration.ofMillis(500));

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);

	/**
	 * On the threads that stages have on a JDK without others.
	 */
	@Nested
	class OnAPool extends OnThreads {

		private final StagePool pool = new StagePool("verdict-", true);

		@Override
		Executor executor() {
			return this.pool;
		}

		@Override
		void closeExecutor() {
			this.pool.close();
		}

	}

	/**
	 * On a thread for each turn of a stage.
	 */
	@Nested
	@EnabledForJreRange(min = JRE.JAVA_21)
	class OnVirtualThreads extends OnThreads {

		@Override
		Executor executor() {
			return (turn) -> {
				try {
					Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, turn);
				}
				catch (ReflectiveOperationException ex) {
					throw new IllegalStateException(ex);
				}
			};
		}

		@Override
		void closeExecutor() {
			// There is nothing to close.
		}

	}

	/**
	 * All graphs on the same threads.
	 */
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	abstract static class OnThreads {

		private final Map<String, Pipeline> pipelines = new HashMap<>();

		private final List<StageSystem> systems = new ArrayList<>();

		abstract Executor executor();

		abstract void closeExecutor();

		@BeforeAll
		void start() {
			planted().forEach((planted) -> {
				StageSystem system = StageSystem.builder()
					.executor(executor())
					.closeTimeout(Duration.ofMillis(100))
					.build();
				this.systems.add(system);
				Pipeline pipeline = new Pipeline(PipelineGraph.of(planted.graph().stages()), system, List.of(),
						WINDOWS);
				this.pipelines.put(planted.toString(), pipeline);
				pipeline.start();
			});
		}

		@AfterAll
		void close() {
			this.systems.forEach(StageSystem::close);
			closeExecutor();
		}

		@ParameterizedTest
		@MethodSource("io.genstage.pipeline.RealVerdictTests#planted")
		void areNamed(Planted planted) {
			Pipeline pipeline = this.pipelines.get(planted.toString());
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				// A window ends when somebody looks: so all are looked at while one is
				// waited for.
				this.pipelines.values().forEach(Pipeline::verdict);
				PipelineVerdict verdict = pipeline.verdict();
				assertThat(verdict.kind()).as(verdict.sentence()).isEqualTo(planted.kind());
				assertThat(planted.stages()).as(verdict.sentence()).contains(verdict.stage());
				assertThat(verdict.sentence()).contains(planted.sentence());
			});
		}

	}

	static Stream<Planted> planted() {
		return Stream
			.of(slowStages(), slowStagesOfSeveralInstances(), skews(), rates(), remoteServices(), retries(), outages(),
					sources())
			.flatMap((planted) -> planted);
	}

	private static Stream<Planted> slowStages() {
		return Stream.of(
				new Planted("a slow stage", Kind.BROADCAST, "join", "is handling", (graph) -> graph.slow("join")),
				new Planted("a slow stage", Kind.STAGE, "left", "is handling", (graph) -> graph.slow("left")),
				new Planted("a slow stage", Kind.BROADCAST, "right", "is handling", (graph) -> graph.slow("right")),
				new Planted("a slow sink", Kind.STAGE, "leftSink", "is handling", (graph) -> graph.slow("leftSink")),
				new Planted("a slow sink", Kind.STAGE, "rightSink", "is handling", (graph) -> graph.slow("rightSink")));
	}

	private static Stream<Planted> slowStagesOfSeveralInstances() {
		return Stream.of("join", "left", "leftSink")
			.map((stage) -> new Planted("three slow instances", Kind.STAGE, stage, "'" + stage + "#",
					(graph) -> graph.withoutBroadcast().slow(stage).instances(stage, 3)));
	}

	private static Stream<Planted> skews() {
		return Stream.of("join > left", "left > leftSink", "right > rightSink").map((edge) -> {
			String above = edge.split(" > ")[0];
			String skewed = edge.split(" > ")[1];
			return new Planted("a key that most have", Kind.SKEW, skewed, "another partition key",
					(graph) -> graph.slow(skewed)
						.instances(skewed, 3)
						.options(above, StageOptions.defaults()
							.withDispatcher(Dispatchers.partition(
									PartitionOptions.ofCount(3, (event) -> ((int) event % 20 < 18) ? 0 : event)))));
		});
	}

	private static Stream<Planted> rates() {
		return Stream.of("join", "left", "rightSink")
			.map((stage) -> new Planted("a rate", Kind.RATE, stage, "10 events in 1 s", (graph) -> graph.options(stage,
					StageOptions.defaults().withRate(new RateAccount(new RateLimit(10, Duration.ofSeconds(1), 5))))));
	}

	private static Stream<Planted> remoteServices() {
		return Stream.of(remote(Kind.BROADCAST, "join"), remote(Kind.STAGE, "left"), remote(Kind.STAGE, "leftSink"));
	}

	private static Planted remote(Kind kind, String stage) {
		return new Planted("a slow remote service", kind, stage, "in-flight",
				(graph) -> graph.options(stage, StageOptions.defaults().withInFlight(InFlight.of(4)))
					.stage(stage, () -> stage.equals("leftSink")
							? (AsyncConsumerStage<Integer>) (event, from) -> later(event)
							: (AsyncProducerConsumerStage<Integer, Integer>) (event, from) -> later(List.of(event))));
	}

	private static <T> CompletionStage<T> later(T result) {
		return new CompletableFuture<T>().completeOnTimeout(result, REMOTE.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static Stream<Planted> retries() {
		return Stream.of(retrying(Kind.BROADCAST, "join"), retrying(Kind.STAGE, "left"),
				retrying(Kind.STAGE, "leftSink"));
	}

	private static Planted retrying(Kind kind, String stage) {
		return new Planted("what fails at first", kind, stage, "retrying",
				(graph) -> graph
					.options(stage,
							StageOptions.defaults()
								.withFailure(FailurePolicy.defaults()
									.withRetries(Retries.fixed(3, Duration.ofSeconds(1)))
									.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(5)))))
					.fails(stage, new FirstAttempts()));
	}

	private static Stream<Planted> outages() {
		return Stream.of("join", "left", "leftSink")
			.map((stage) -> new Planted("a database that is away", Kind.OUTAGE, stage, "IllegalStateException",
					(graph) -> graph
						.options(stage,
								StageOptions.defaults()
									.withFailure(FailurePolicy.defaults()
										.withRetries(Retries.fixed(3, Duration.ofMillis(10)))
										.withOutage(new OutageGuard(3, Duration.ofSeconds(5)))))
						.fails(stage, (events) -> {
							throw new IllegalStateException("away");
						})));
	}

	private static Stream<Planted> sources() {
		return Stream.of(
				new Planted("a slow source", Kind.SOURCE, "a, b", "its own source",
						(graph) -> graph.slow("a").slow("b")),
				new Planted("a consumer that asks for nothing", Kind.BROADCAST, "rightSink", "it asks for nothing",
						(graph) -> graph.stage("rightSink", SilentConsumer::new).withoutRight()));
	}

	/**
	 * What is planted where, and what is to be said of it.
	 */
	private record Planted(String what, Kind kind, Set<String> stages, String sentence, Planting planting) {

		Planted(String what, Kind kind, String stages, String sentence, Planting planting) {
			this(what, kind, Set.copyOf(Arrays.asList(stages.split(", "))), sentence, planting);
		}

		Graph graph() {
			return this.planting.in(new Graph());
		}

		@Override
		public String toString() {
			return "%s at %s".formatted(this.what, this.stages);
		}

	}

	/**
	 * Puts a bottleneck into a graph.
	 */
	private interface Planting {

		Graph in(Graph graph);

	}

	/**
	 * The graph, with what is planted in it.
	 */
	private static final class Graph {

		private final Map<String, Long> millis = new HashMap<>(Map.of("a", SOURCE_MILLIS, "b", SOURCE_MILLIS));

		private final Map<String, Integer> instances = new HashMap<>();

		private final Map<String, StageOptions> options = new HashMap<>(
				Map.of("b", StageOptions.defaults().withDispatcher(Dispatchers.broadcast())));

		private final Map<String, Supplier<Stage>> planted = new HashMap<>();

		private String aboveRightSink = "right";

		Graph slow(String stage) {
			this.millis.put(stage, SLOW_MILLIS);
			return this;
		}

		Graph instances(String stage, int count) {
			this.instances.put(stage, count);
			return this;
		}

		Graph options(String stage, StageOptions some) {
			this.options.put(stage, some);
			return this;
		}

		Graph withoutBroadcast() {
			this.options.remove("b");
			return this;
		}

		/** Lets the sink on the right subscribe to the source. */
		Graph withoutRight() {
			this.aboveRightSink = "b";
			return this;
		}

		Graph stage(String name, Supplier<Stage> stage) {
			this.planted.put(name, stage);
			return this;
		}

		Graph fails(String name, Failing failing) {
			return stage(name,
					() -> name.equals("leftSink") ? (ConsumerStage<Integer>) (events, from) -> failing.handle(events)
							: (ProducerConsumerStage<Integer, Integer>) (events, from) -> {
								failing.handle(events);
								return events;
							});
		}

		List<StageDefinition> stages() {
			List<StageDefinition> stages = new ArrayList<>(List.of(define("a", StageKind.PRODUCER, this::endless),
					define("b", StageKind.PRODUCER, this::endless),
					define("join", StageKind.PRODUCER_CONSUMER, this::passing).subscribeTo("a", FEW)
						.subscribeTo("b", FEW),
					define("left", StageKind.PRODUCER_CONSUMER, this::passing).subscribeTo("join", FEW),
					define("leftSink", StageKind.CONSUMER, this::ending).subscribeTo("left", FEW),
					define("rightSink", StageKind.CONSUMER, this::ending).subscribeTo(this.aboveRightSink, FEW)));
			if (this.aboveRightSink.equals("right")) {
				stages.add(define("right", StageKind.PRODUCER_CONSUMER, this::passing).subscribeTo("b", FEW));
			}
			return stages;
		}

		private StageDefinition define(String name, StageKind kind, StageOfName usual) {
			Supplier<Stage> stage = this.planted.getOrDefault(name, () -> usual.named(name));
			StageDefinition defined = StageDefinition.of(name, kind, stage)
				.withConcurrency(this.instances.getOrDefault(name, 1));
			StageOptions some = this.options.get(name);
			return (some != null) ? defined.withOptions(some) : defined;
		}

		private ProducerStage<Integer> endless(String name) {
			AtomicInteger next = new AtomicInteger();
			return (demand) -> {
				List<Integer> events = new ArrayList<>();
				for (long event = 0; event < demand; event++) {
					events.add(next.getAndIncrement());
				}
				work(name, events);
				return events;
			};
		}

		private ProducerConsumerStage<Integer, Integer> passing(String name) {
			return (events, from) -> {
				work(name, events);
				return events;
			};
		}

		private ConsumerStage<Integer> ending(String name) {
			return (events, from) -> work(name, events);
		}

		/** Takes its time for each event. */
		private void work(String name, List<Integer> events) throws InterruptedException {
			long each = this.millis.getOrDefault(name, 0L);
			if (each > 0) {
				Thread.sleep(each * events.size()); // the slow handler
			}
		}

	}

	private interface StageOfName {

		Stage named(String name);

	}

	private interface Failing {

		void handle(List<Integer> events);

	}

	/**
	 * Fails for each first event of a portion, once.
	 */
	private static final class FirstAttempts implements Failing {

		private final Set<Integer> tried = ConcurrentHashMap.newKeySet();

		@Override
		public void handle(List<Integer> events) {
			if (this.tried.add(events.get(0))) {
				throw new IllegalStateException("not at once");
			}
		}

	}

	/**
	 * Is to ask itself, and doesn't.
	 */
	private static final class SilentConsumer implements ConsumerStage<Integer> {

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			// Nothing comes.
		}

	}

}
