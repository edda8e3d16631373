package io.genstage.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageKind;
import io.genstage.Discard;
import io.genstage.StageListener;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.flow.Flows;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A graph with every kind of stage and dispatcher, in which things go wrong by a seed. At
 * each rest the accounts are drawn up: each event that was emitted is handled, discarded
 * or held, on each edge, to the event.
 */
class BalanceTests {

	private static final int SEEDS = 15;

	private static final int EVENTS = 300;

	private static final Logger logger = Logger.getLogger("io.genstage");

	@BeforeAll
	static void quieten() {
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void resetLogger() {
		logger.setLevel(null);
	}

	@ParameterizedTest
	@EnumSource
	void eachEmittedEventIsHandledDiscardedOrHeld(Trouble trouble) {
		for (long seed = 0; seed < SEEDS; seed++) {
			try {
				new Run(trouble, seed).go();
			}
			catch (Throwable ex) {
				throw new AssertionError("%s with seed %d: %s".formatted(trouble, seed, ex.getMessage()), ex);
			}
		}
	}

	/**
	 * What goes wrong.
	 */
	enum Trouble {

		NONE,

		/** Handlers of all stages throw now and then. */
		HANDLERS_THROW,

		/** The source fails in the middle. */
		ITERATOR_THROWS,

		/** One of the consumers behind a partition dispatcher has failed for good. */
		PARTITION_IS_DEAD,

		/** One of the consumers behind a broadcast is being restarted again and again. */
		BROADCAST_CONSUMER_RESTARTS,

		/** One of the consumers behind a broadcast fails for good. */
		BROADCAST_CONSUMER_IS_DEAD,

		/** Producer-consumers are stopped from outside. */
		PRODUCER_CONSUMERS_ARE_KILLED

	}

	/**
	 * One life of the graph.
	 */
	private static final class Run implements StageListener {

		private static final Set<String> MIDDLE = Set.of("spread", "shares", "pairs", "throttle");

		private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(8).withMinDemand(4);

		private static final RestartPolicy OFTEN = RestartPolicy.defaults()
			.withLimit(100_000, Duration.ofDays(1))
			.withBackOff(Duration.ofMillis(100), 1, Duration.ofMillis(100));

		private static final RateLimit RATE = RateLimit.of(5, Duration.ofMillis(100));

		private final Trouble trouble;

		private final Random random;

		private final SeededExecutor executor;

		private final StageSystem system;

		private final Pipeline pipeline;

		private final EventQueue<Integer> queue = new EventQueue<>(50);

		/** How many events user code has handled, by stage. */
		private final Map<String, Long> handled = new TreeMap<>();

		/** How many events were reported to a listener as lost, by stage. */
		private final Map<String, Long> discarded = new HashMap<>();

		private long read;

		private long offered;

		private int published;

		Run(Trouble trouble, long seed) {
			this.trouble = trouble;
			this.random = new Random(seed);
			this.executor = new SeededExecutor(seed);
			this.system = StageSystem.builder()
				.executor(this.executor)
				.scheduler(this.executor)
				.listener(this)
				.closeTimeout(Duration.ZERO)
				.build();
			this.pipeline = new Pipeline(PipelineGraph.of(definitions()), this.system);
		}

		private List<StageDefinition> definitions() {
			BatchOptions batch = BatchOptions.defaults().withSize(5).withTimeout(Duration.ofMillis(50)).withMaxOpen(2);
			return Stream
				.of(StageDefinition.of("numbers", Sources.iterator(new Numbers())),
						StageDefinition.of("queue", this.queue),
						middle("spread", () -> turning("spread")).subscribeTo("numbers", FEW)
							.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
						consumer("plain", () -> handling("plain"))
							.withRestarts(
									this.trouble == Trouble.BROADCAST_CONSUMER_IS_DEAD ? RestartPolicy.never() : OFTEN)
							.subscribeTo("spread", FEW),
						consumer("batches", () -> handling("batches"))
							.withOptions(StageOptions.defaults()
								.withBatching(Batching.byKey((Integer number) -> number % 3, batch)))
							.subscribeTo("spread", FEW)
							.subscribeTo("queue", FEW),
						consumer("tasks", () -> handling("tasks"))
							.withOptions(StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults())))
							.subscribeTo("spread", FEW),
						consumer("limited", () -> handling("limited"))
							.withOptions(StageOptions.defaults().withRate(new RateAccount(RATE)))
							.subscribeTo("spread", FEW)
							.subscribeTo("queue", FEW),
						consumer("limited batches", () -> handling("limited batches"))
							.withOptions(StageOptions.defaults()
								.withRate(new RateAccount(RATE))
								.withBatching(Batching.of(batch)))
							.subscribeTo("spread", FEW),
						middle("shares", () -> turning("shares")).subscribeTo("spread", FEW)
							.withOptions(StageOptions.defaults()
								.withDispatcher(Dispatchers
									.partition(PartitionOptions.ofCount(3, (Integer number) -> number)))),
						consumer("parts", () -> handling("parts")).withConcurrency(3)
							.withRestarts(this.trouble == Trouble.PARTITION_IS_DEAD ? RestartPolicy.never() : OFTEN)
							.subscribeTo("shares", FEW),
						middle("pairs", () -> turning("pairs"))
							.withOptions(StageOptions.defaults().withBatching(Batching.of(batch)))
							.subscribeTo("spread", FEW),
						middle("throttle", () -> turning("throttle"))
							.withOptions(StageOptions.defaults().withRate(new RateAccount(RATE)))
							.subscribeTo("spread", FEW)
							.subscribeTo("queue", FEW),
						consumer("sink", () -> handling("sink")).withConcurrency(2)
							.subscribeTo("pairs", FEW)
							.subscribeTo("throttle", FEW))
				.toList();
		}

		private static StageDefinition middle(String name, Supplier<ProducerConsumerStage<Integer, Integer>> stage) {
			return StageDefinition.of(name, StageKind.PRODUCER_CONSUMER, stage).withRestarts(OFTEN);
		}

		private static StageDefinition consumer(String name, Supplier<ConsumerStage<Integer>> stage) {
			return StageDefinition.of(name, StageKind.CONSUMER, stage).withRestarts(OFTEN);
		}

		private ProducerConsumerStage<Integer, Integer> turning(String name) {
			return (events, from) -> turn(name, events);
		}

		private ConsumerStage<Integer> handling(String name) {
			return (events, from) -> handle(name, events);
		}

		private List<Integer> turn(String name, List<Integer> events) {
			handle(name, events);
			return events.stream().flatMap((number) -> Stream.of(number, number)).toList();
		}

		private void handle(String name, List<Integer> events) {
			if (fails(name)) {
				throw new IllegalStateException("planted");
			}
			this.handled.merge(name, (long) events.size(), Long::sum);
		}

		private boolean fails(String name) {
			return switch (this.trouble) {
				case HANDLERS_THROW -> this.random.nextInt(20) == 0;
				case BROADCAST_CONSUMER_IS_DEAD -> name.equals("plain") && this.random.nextInt(20) == 0;
				case BROADCAST_CONSUMER_RESTARTS -> name.equals("plain") && this.random.nextInt(3) == 0;
				default -> false;
			};
		}

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			this.discarded.merge(stage.name().replaceAll("#.*", ""), (long) discard.count(), Long::sum);
		}

		void go() {
			this.pipeline.start();
			if (this.trouble == Trouble.PARTITION_IS_DEAD) {
				this.executor.runReady();
				stop("parts#1");
			}
			for (int round = 0; round < 20; round++) {
				for (int i = 0; i < 10 && this.queue.offer(i); i++) {
					this.offered++;
				}
				this.executor.runReady(this.random.nextInt(200));
				if (this.trouble == Trouble.PRODUCER_CONSUMERS_ARE_KILLED) {
					stop(MIDDLE.stream().sorted().toList().get(this.random.nextInt(MIDDLE.size())));
				}
				this.executor.advance(Duration.ofMillis(this.random.nextInt(200)));
				check();
			}
			this.pipeline.drain(Duration.ofMinutes(1));
			this.executor.runToRest(1_000_000);
			check();
			for (ManagedStageStatus stage : this.pipeline.status().stages()) {
				long held = stage.started().orElseThrow().held();
				assertThat(held).as("%s holds when it has ended", stage.name()).isZero();
			}
			if (this.trouble == Trouble.NONE) {
				assertThat(this.discarded).isEmpty();
			}
		}

		private void stop(String stage) {
			this.system.find(stage).ifPresent((running) -> {
				Object unused = running.stop(ExitReason.of("killed"));
			});
		}

		private void check() {
			PipelineStatus status = this.pipeline.status();
			for (ManagedStageStatus stage : status.stages()) {
				StageStatus numbers = stage.started().orElseThrow();
				List<EdgeStatus> in = status.edges()
					.stream()
					.filter((edge) -> edge.consumer().equals(stage.name()))
					.toList();
				List<EdgeStatus> out = status.edges()
					.stream()
					.filter((edge) -> edge.producer().equals(stage.name()))
					.toList();
				checkIn(stage, numbers, in);
				checkOut(stage, numbers, sum(in, EdgeStatus::discarded) + sum(in, EdgeStatus::missed), out);
				assertThat(numbers.discarded()).as("what listeners heard of %s", stage.name())
					.isEqualTo(this.discarded.getOrDefault(stage.name(), 0L));
			}
		}

		private void checkIn(ManagedStageStatus stage, StageStatus numbers, List<EdgeStatus> in) {
			if (!stage.kind().consumes()) {
				return;
			}
			assertThat(numbers.in()).as("what user code has handled of %s", stage.name())
				.isEqualTo(this.handled.getOrDefault(stage.name(), 0L));
			assertThat(sum(in, EdgeStatus::handled)).as("handled by the edges to %s", numbers).isEqualTo(numbers.in());
			assertThat(sum(in, EdgeStatus::inFlight)).as("in flight to %s", numbers)
				.isEqualTo(numbers.held() - numbers.buffered());
			assertThat(sum(in, EdgeStatus::sent)).as("sent to %s", numbers)
				.isEqualTo(numbers.in() + sum(in, EdgeStatus::discarded) + numbers.held() - numbers.buffered());
		}

		private void checkOut(ManagedStageStatus stage, StageStatus numbers, long lostOnTheWayIn,
				List<EdgeStatus> out) {
			if (!stage.kind().produces()) {
				assertThat(numbers.discarded()).as("discarded by %s", numbers).isEqualTo(lostOnTheWayIn);
				return;
			}
			long kept = numbers.buffered() + numbers.discarded() - lostOnTheWayIn;
			if (stage.name().equals("spread")) {
				out.forEach((edge) -> assertThat(edge.sent() + edge.missed() + kept)
					.as("sent by %s to %s", numbers, edge.consumer())
					.isEqualTo(numbers.out()));
			}
			else {
				assertThat(sum(out, EdgeStatus::sent) + kept).as("sent by %s", numbers).isEqualTo(numbers.out());
			}
			if (stage.name().equals("numbers")) {
				assertThat(numbers.out() + numbers.backlog()).as("read from the source").isEqualTo(this.read);
			}
			if (stage.name().equals("published")) {
				assertThat(numbers.out()).as("sent by the publisher").isEqualTo(this.published);
			}
			if (stage.name().equals("queue")) {
				assertThat(numbers.out() + this.queue.size()).as("offered to the queue").isEqualTo(this.offered);
			}
		}

		private static long sum(List<EdgeStatus> edges, ToLongFunction<EdgeStatus> number) {
			return edges.stream().mapToLong(number).sum();
		}

		/**
		 * The source.
		 */
		private final class Numbers implements Iterator<Integer> {

			@Override
			public boolean hasNext() {
				return Run.this.read < EVENTS;
			}

			@Override
			public Integer next() {
				if (Run.this.trouble == Trouble.ITERATOR_THROWS && Run.this.read == EVENTS / 2 + 3) {
					throw new IllegalStateException("planted");
				}
				return (int) Run.this.read++;
			}

		}

		/**
		 * Sends what is requested, at once.
		 */
		private final class Published implements Flow.Publisher<Integer> {

			@Override
			public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
				subscriber.onSubscribe(new Flow.Subscription() {

					@Override
					public void request(long wanted) {
						for (long i = 0; i < wanted; i++) {
							subscriber.onNext(Run.this.published++);
						}
					}

					@Override
					public void cancel() {
						// There is nothing to end.
					}

				});
			}

		}

		/**
		 * Requests one event after the other.
		 */
		private final class OneByOne implements Flow.Subscriber<Integer> {

			private Flow.Subscription subscription;

			@Override
			public void onSubscribe(Flow.Subscription subscription) {
				this.subscription = subscription;
				subscription.request(1);
			}

			@Override
			public void onNext(Integer number) {
				handle("subscriber", List.of(number));
				this.subscription.request(1);
			}

			@Override
			public void onError(Throwable failure) {
				// Others notice.
			}

			@Override
			public void onComplete() {
				// Others notice.
			}

		}

	}

}
