package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.Discard;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.ManualSource;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageKind;
import io.genstage.StageListener;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.Batch;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.failure.Decision;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The behaviour that Broadway's own tests ask for, by their ids, as far as stages have
 * it: {@code docs/broadway.md} lists what differs. A processor is a stage with a handler
 * of one event, and a batcher with its batch processor one with batches.
 */
class BroadwayTests extends PipelineFixture {

	private static final Duration TIMEOUT = Duration.ofMillis(20);

	private static final FailurePolicy POLICY = FailurePolicy.defaults()
		.withRetries(Retries.NONE)
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	@RegisterExtension
	final LogCapture log = new LogCapture();

	/** Each call of the source, in Broadway's notation. */
	private final List<String> acks = new ArrayList<>();

	private final List<Settlement> settlements = new ArrayList<>();

	private final List<Object> handled = new ArrayList<>();

	private final List<String> batches = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		this.settlements.addAll(accepted);
		this.settlements.addAll(failed);
		this.acks.add("%s [%s | %s]".formatted(group, events(accepted), events(failed)));
	};

	private static String events(List<Settlement> settlements) {
		return settlements.isEmpty() ? "–"
				: String.join(", ", settlements.stream().map((one) -> one.event().toString()).toList());
	}

	private Delivery<Object> delivery(Object event) {
		return Delivery.of(event, this.acknowledger, "ack");
	}

	private StageRef ref(String stage) {
		return this.system.find(stage).orElseThrow();
	}

	private void push(Object... events) {
		pushAll(Stream.of(events).map(this::delivery).toList());
	}

	private void pushAll(List<?> deliveries) {
		ref("source").tell(deliveries);
		run();
	}

	private Pipeline start(StageDefinition... stages) {
		Pipeline pipeline = pipeline(stages);
		pipeline.start();
		run();
		return pipeline;
	}

	private static StageDefinition source() {
		return StageDefinition.of("source", new ManualSource()).withOptions(StageOptions.defaults());
	}

	private static SubscribeOptions demand(int max, int min) {
		return SubscribeOptions.defaults().withMaxDemand(max).withMinDemand(min);
	}

	private static StageOptions policy() {
		return StageOptions.defaults().withFailure(POLICY);
	}

	private static StageOptions batching(int size, Duration timeout) {
		return policy().withBatching(Batching.of(BatchOptions.defaults().withSize(size).withTimeout(timeout)));
	}

	/** A processor without batches behind it. */
	private StageDefinition last() {
		PerEventConsumerStage<Object> stage = (event, from) -> handle(event);
		return StageDefinition.of("each", stage).withOptions(policy()).subscribeTo("source", demand(2, 1));
	}

	/** A processor before batches. */
	private StageDefinition each() {
		PerEventProducerConsumerStage<Object, Object> stage = (event, from, results) -> {
			handle(event);
			results.accept(event);
		};
		return StageDefinition.of("each", stage).withOptions(policy()).subscribeTo("source", demand(2, 1));
	}

	private StageDefinition batch(int size, Duration timeout) {
		return StageDefinition.of("batch", batchHandler()).withOptions(batching(size, timeout)).subscribeTo("each");
	}

	private ConsumerStage<Object> batchHandler() {
		return (events, from) -> {
			this.batches.add(describe(events));
			handleTogether(events);
		};
	}

	private static String describe(List<Object> events) {
		Batch<Object, Object> batch = Batch.of(events);
		return "%s %s".formatted(batch.closing(), events);
	}

	private void handle(Object event) {
		switch (event.toString()) {
			case "fail" -> throw new EventRejectedException("no use");
			case "raise" -> throw new IllegalStateException("raised");
			case "kill" -> throw new AssertionError("killed");
			default -> this.handled.add(event);
		}
	}

	private void handleTogether(List<Object> events) {
		for (Object event : events) {
			switch (event.toString()) {
				case "fail_batcher" -> throw BatchFailure.of(event, new IllegalStateException()).othersAccepted();
				case "raise_batcher" -> throw failed(events);
				case "kill_batcher" -> throw new AssertionError("killed");
				default -> {
				}
			}
		}
	}

	private static BatchFailure failed(List<Object> events) {
		BatchFailure failure = BatchFailure.of(events.get(0), new IllegalStateException("raised"));
		events.subList(1, events.size()).forEach((event) -> failure.and(event, new IllegalStateException("raised")));
		return failure;
	}

	@Nested
	class Configuration {

		private List<String> instances(Pipeline pipeline, String stage) {
			return stage(pipeline, stage).instances().stream().map(InstanceStatus::name).toList();
		}

		private StageDefinition consumer(String name) {
			return StageDefinition.of(name, StageKind.CONSUMER, () -> (PerEventConsumerStage<Object>) (event, from) -> {
			}).subscribeTo("source");
		}

		@Test
		@DisplayName("BW8 one producer runs if nothing is said")
		void oneProducer() {
			assertThat(instances(start(source(), consumer("each")), "source")).containsExactly("source");
		}

		@Test
		@DisplayName("BW9 so many producers run as it is said, and listeners hear that they do")
		void severalProducers() {
			List<String> changes = new ArrayList<>();
			PipelineListener listener = new PipelineListener() {

				@Override
				public void onPipelineChange(PipelineChange change) {
					changes.add(change.from() + " " + change.to());
				}

			};
			StageDefinition producers = StageDefinition.of("source", StageKind.PRODUCER, ManualSource::new)
				.withConcurrency(3);
			Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(producers, consumer("each"))), system,
					List.of(listener));
			pipeline.start();
			run();
			assertThat(instances(pipeline, "source")).containsExactly("source#0", "source#1", "source#2");
			assertThat(changes).containsExactly("CREATED RUNNING");
		}

		@Test
		@DisplayName("BW11 BW13 so many instances of each stage run as it is said")
		void severalConsumers() {
			Pipeline pipeline = start(source(), consumer("a").withConcurrency(13), consumer("b").withConcurrency(2),
					consumer("c").withConcurrency(3));
			assertThat(instances(pipeline, "a")).hasSize(13).last().isEqualTo("a#12");
			assertThat(instances(pipeline, "b")).containsExactly("b#0", "b#1");
			assertThat(instances(pipeline, "c")).containsExactly("c#0", "c#1", "c#2");
		}

		@Test
		@DisplayName("BW120 a stage subscribes with the demand that it is given")
		void demandOfAStage() {
			PerEventConsumerStage<Object> stage = (event, from) -> handle(event);
			Pipeline pipeline = start(source(), StageDefinition.of("a", stage).subscribeTo("source", demand(6, 3)));
			assertThat(pipeline.status().demand("a", "source")).isEqualTo(6);
			push(1, 2);
			assertThat(pipeline.status().demand("a", "source")).isEqualTo(4);
			push(3);
			assertThat(pipeline.status().demand("a", "source")).isEqualTo(6);
		}

	}

	@Nested
	class Pushing {

		@Test
		@DisplayName("BW20 events are handled one by one, then together, then settled together")
		void throughABatch() {
			start(source(), each(), batch(2, TIMEOUT));
			push(1, 3);
			assertThat(handled).containsExactly(1, 3);
			assertThat(batches).containsExactly("SIZE [1, 3]");
			assertThat(acks).containsExactly("ack [1, 3 | –]");
		}

		@Test
		@DisplayName("BW21 what the source knows an event by comes back with its settlement")
		void withAReference() {
			start(source(), last());
			pushAll(List.of(Delivery.of("it", acknowledger, "ack", "field = value")));
			assertThat(acks).containsExactly("ack [it | –]");
			assertThat(settlements).extracting(Settlement::reference).containsExactly("field = value");
		}

		@Test
		@DisplayName("BW116 a queue of events settles them")
		void throughAQueue() {
			EventQueue<Object> queue = new EventQueue<>(10);
			queue.offer(delivery(1));
			queue.offer(delivery(2));
			start(StageDefinition.of("queue", queue),
					StageDefinition.of("each", (ConsumerStage<Object>) (events, from) -> {
					}).subscribeTo("queue", demand(10, 5)));
			assertThat(acks).containsExactly("ack [1, 2 | –]");
		}

	}

	/** A handler of a list is the nearest to the preparation of a portion. */
	@Nested
	class Preparation {

		private void startList() {
			ConsumerStage<Object> stage = (events, from) -> {
				if (events.contains("raise")) {
					throw new IllegalStateException("raised");
				}
			};
			start(source(), StageDefinition.of("each", stage).withOptions(policy()).subscribeTo("source"));
		}

		@Test
		@DisplayName("BW26 all events of a call that throws have failed, and the stage lives")
		void thatThrows() {
			startList();
			push(1, "raise", 3, 4);
			assertThat(acks).containsExactly("ack [– | 1, raise, 3, 4]");
			assertThat(ref("each").status().exit()).isNull();
		}

		@Test
		@DisplayName("BW27 all events of a call that returns are done")
		void thatReturns() {
			startList();
			push(1, 2);
			assertThat(acks).containsExactly("ack [1, 2 | –]");
		}

	}

	@Nested
	class Processor {

		@BeforeEach
		void startPipeline() {
			start(source(), each(), batch(2, Duration.ofSeconds(1)));
		}

		@Test
		@DisplayName("BW28 what is handled reaches the batch and is accepted")
		void thatHandles() {
			push(1, 2);
			assertThat(batches).containsExactly("SIZE [1, 2]");
			assertThat(acks).containsExactly("ack [1, 2 | –]");
		}

		@Test
		@DisplayName("BW29 an event that its handler rejects has failed with the reason that it gave")
		void thatRejects() {
			push("fail");
			assertThat(acks).containsExactly("ack [– | fail]");
			assertThat(settlements.get(0).cause()).isInstanceOf(EventRejectedException.class).hasMessage("no use");
			assertThat(batches).isEmpty();
		}

		@Test
		@DisplayName("BW31 BW111 an event that its handler throws for has failed with the exception and its stack")
		void thatThrows() {
			push(1, "raise", 4);
			assertThat(acks).containsExactlyInAnyOrder("ack [– | raise]", "ack [1, 4 | –]");
			Throwable cause = settlements.stream().map(Settlement::cause).filter((one) -> one != null).toList().get(0);
			assertThat(cause).isInstanceOf(IllegalStateException.class).hasMessage("raised");
			assertThat(cause.getStackTrace()[0].getMethodName()).isEqualTo("handle");
			assertThat(log.read()).singleElement()
				.asString()
				.startsWith("WARNING")
				.contains("each", IllegalStateException.class.getName());
			assertThat(ref("each").status().exit()).isNull();
		}

		@Test
		@DisplayName("BW35 a source that can't settle holds nobody else up")
		void whoseSourceCantSettle() {
			Acknowledger<String> broken = (group, accepted, failed) -> {
				throw new IllegalStateException("no connection");
			};
			pushAll(List.of(delivery(1), Delivery.of("raise", broken, "broken"), delivery(4)));
			assertThat(acks).containsExactly("ack [1, 4 | –]");
			assertThat(log.read()).anyMatch((line) -> line.contains("stay open at their source"));
			assertThat(ref("each").status().exit()).isNull();
			assertThat(ref("source").status().exit()).isNull();
		}

	}

	@Nested
	class WorkOfOthers {

		@ParameterizedTest(name = "{0}")
		@EnumSource
		@DisplayName("BW36 work that ends badly fails its event, and neither the stage nor its thread suffers")
		void endsBadly(Ending ending) {
			List<Boolean> interrupted = new ArrayList<>();
			AsyncConsumerStage<Object> stage = (event, from) -> {
				interrupted.add(Thread.currentThread().isInterrupted());
				return event.equals("raise") ? ending.end() : CompletableFuture.completedStage(null);
			};
			start(source(),
					StageDefinition.of("each", stage).withOptions(policy()).subscribeTo("source", demand(2, 1)));
			push(1, "raise", 4);
			assertThat(settlements).filteredOn((settlement) -> settlement.event().equals("raise"))
				.singleElement()
				.extracting(Settlement::cause)
				.isNotNull();
			assertThat(settlements).hasSize(3);
			assertThat(interrupted).containsExactly(false, false, false);
			assertThat(ref("each").status().exit()).isNull();
		}

	}

	/**
	 * How the work for an event may end badly.
	 */
	enum Ending {

		FAILED {

			@Override
			CompletionStage<?> end() {
				return CompletableFuture.failedFuture(new IllegalStateException("of a task"));
			}

		},

		CANCELLED {

			@Override
			CompletionStage<?> end() {
				CompletableFuture<?> future = new CompletableFuture<>();
				future.cancel(true);
				return future;
			}

		},

		INTERRUPTED {

			@Override
			CompletionStage<?> end() throws InterruptedException {
				Thread.currentThread().interrupt();
				throw new InterruptedException();
			}

		};

		abstract CompletionStage<?> end() throws InterruptedException;

	}

	@Nested
	class Observation {

		private final List<String> heard = new ArrayList<>();

		private final StageListener listener = new StageListener() {

			@Override
			public void onHandle(Subscription subscription, List<?> events) {
				Observation.this.heard.add("%s handled %s".formatted(subscription.consumer().name(), events));
			}

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				Observation.this.heard.add("%s failed %s by %s".formatted(stage.name(), discard.events(),
						(discard.cause() != null) ? discard.cause().getClass().getSimpleName() : null));
			}

		};

		private void startListening() {
			StageDefinition each = each();
			StageDefinition batch = batch(2, TIMEOUT);
			start(source(), each.withOptions(each.options().withListener(this.listener)),
					batch.withOptions(batch.options().withListener(this.listener)));
		}

		@Test
		@DisplayName("BW37 listeners hear what is handled and what has failed, of each event once")
		void ofEventsAndBatches() {
			startListening();
			push(1, 2, "fail", "fail_batcher", "raise");
			executor.advance(TIMEOUT);
			assertThat(this.heard).filteredOn((line) -> line.startsWith("each"))
				.containsExactly("each handled [1]", "each handled [2]", "each failed [fail] by EventRejectedException",
						"each handled [fail_batcher]", "each failed [raise] by IllegalStateException");
			assertThat(this.heard).filteredOn((line) -> line.startsWith("batch"))
				.containsExactly("batch handled [1, 2]", "batch failed [fail_batcher] by IllegalStateException");
			assertThat(batches).containsExactly("SIZE [1, 2]", "TIMEOUT [fail_batcher]");
			assertThat(settlements).hasSize(5);
		}

		@Test
		@DisplayName("BW69 BW70 listeners hear of a failure behind whoever decides about it, and before the source does")
		void ofDecisions() {
			FailurePolicy policy = POLICY.withDecider((event, failure, attempt) -> {
				this.heard.add("decide about " + event);
				return Decision.byPolicy();
			});
			StageDefinition each = each();
			StageDefinition batch = batch(2, TIMEOUT);
			StageListener gone = new StageListener() {

				@Override
				public void onDiscard(StageRef stage, Discard discard) {
					Observation.this.heard.add("%s failed, acks %s".formatted(stage.name(), acks));
				}

			};
			start(source(), each.withOptions(each.options().withFailure(policy).withListener(gone)),
					batch.withOptions(batch.options().withFailure(policy).withListener(gone)));
			push("raise");
			push("fail_batcher");
			executor.advance(TIMEOUT);
			assertThat(this.heard).containsExactly("decide about raise", "each failed, acks []",
					"decide about fail_batcher", "batch failed, acks [ack [– | raise]]");
			assertThat(acks).containsExactly("ack [– | raise]", "ack [– | fail_batcher]");
		}

	}

	@Nested
	class WithoutBatches {

		@Test
		@DisplayName("BW39 each event is settled when it is handled")
		void areSettledOneByOne() {
			start(source(), last());
			push(1);
			push(2);
			assertThat(acks).containsExactly("ack [1 | –]", "ack [2 | –]");
		}

	}

	@Nested
	class Batches {

		private StageDefinition byParity(int partitions) {
			PerEventProducerConsumerStage<Object, Object> stage = (event, from, results) -> results.accept(event);
			return StageDefinition.of("each", stage)
				.withOptions(policy().withDispatcher(Dispatchers.partition(PartitionOptions.<Object>ofCount(partitions)
					.withRouter(PartitionRouter.to((event) -> (Integer) event % partitions)))))
				.subscribeTo("source");
		}

		private StageDefinition of(String name, int partition, int size) {
			ConsumerStage<Object> stage = (events, from) -> batches.add(name + " " + describe(events));
			return StageDefinition.of(name, stage)
				.withOptions(batching(size, TIMEOUT))
				.subscribeTo("each", SubscribeOptions.defaults().withPartition(partition));
		}

		private Object[] upTo(int last) {
			return IntStream.rangeClosed(1, last).boxed().toArray();
		}

		@Test
		@DisplayName("BW42 each batcher has a size of its own")
		void ofTwoStages() {
			start(source(), byParity(2), of("even", 0, 5), of("odd", 1, 10));
			push(upTo(40));
			assertThat(batches).containsExactlyInAnyOrder("odd SIZE [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]",
					"odd SIZE [21, 23, 25, 27, 29, 31, 33, 35, 37, 39]", "even SIZE [2, 4, 6, 8, 10]",
					"even SIZE [12, 14, 16, 18, 20]", "even SIZE [22, 24, 26, 28, 30]",
					"even SIZE [32, 34, 36, 38, 40]");
			assertThat(settlements).hasSize(40);
		}

		private void startByKey() {
			ConsumerStage<Object> stage = (events, from) -> batches
				.add(Batch.<Object, Object>of(events).key() + " " + describe(events));
			start(source(),
					StageDefinition.of("batch", stage)
						.withOptions(policy()
							.withBatching(Batching.byKey((Object event) -> ((Integer) event % 2 == 0) ? "even" : "odd",
									BatchOptions.defaults().withSize(2).withTimeout(TIMEOUT))))
						.subscribeTo("source"));
		}

		@Test
		@DisplayName("BW44 each key has batches of its own")
		void ofTwoKeys() {
			startByKey();
			push(upTo(10));
			assertThat(batches).startsWith("odd SIZE [1, 3]", "even SIZE [2, 4]");
			executor.advance(TIMEOUT);
			assertThat(batches).endsWith("odd TIMEOUT [9]", "even TIMEOUT [10]").hasSize(6);
			assertThat(settlements).hasSize(10);
		}

		@Test
		@DisplayName("BW45 what is flushed stays apart by its key")
		void ofTwoKeysThatAreFlushed() {
			startByKey();
			push(1, 2);
			ref("batch").flush();
			run();
			assertThat(batches).containsExactly("odd END [1]", "even END [2]");
		}

		@Test
		@DisplayName("BW46 BW48 each key is limited by what its events weigh, and may be flushed before")
		void ofSomeWeight() {
			ConsumerStage<Object> stage = (events, from) -> batches.add(describe(events));
			Batching<Object> batching = Batching
				.byKey((Object event) -> (Integer) event % 2, BatchOptions.defaults().withSize(10).withTimeout(TIMEOUT))
				.withWeight((event) -> (Integer) event, 16);
			start(source(),
					StageDefinition.of("batch", stage)
						.withOptions(policy().withBatching(batching))
						.subscribeTo("source"));
			push(40, 1, 13, 3);
			assertThat(batches).containsExactly("WEIGHT [40]", "WEIGHT [1, 13]");
			ref("batch").flush();
			run();
			assertThat(batches).endsWith("END [3]").hasSize(3);
			assertThat(settlements).hasSize(4);
		}

		@Test
		@DisplayName("BW53 what is flushed is handled at once, though it is not full")
		void thatAreFlushed() {
			start(source(), each(), batch(2, TIMEOUT));
			for (int number = 1; number <= 3; number++) {
				push(number);
				ref("batch").flush();
				run();
			}
			assertThat(acks).containsExactly("ack [1 | –]", "ack [2 | –]", "ack [3 | –]");
			assertThat(executor.now()).isZero();
		}

	}

	@Nested
	class Partitions {

		private final List<String> byInstance = new ArrayList<>();

		private void startPartitions(PartitionOptions<Object> options, @Nullable Integer size) {
			StageDefinition consumer = StageDefinition
				.of("part", StageKind.CONSUMER, () -> new InstanceStage(this.byInstance))
				.withConcurrency(2)
				.subscribeTo("source", demand(4, 2));
			StageOptions stages = (size != null) ? batching(size, Duration.ofMillis(80)) : policy();
			start(source().withOptions(StageOptions.defaults().withDispatcher(Dispatchers.partition(options))),
					consumer.withOptions(stages));
			push(IntStream.rangeClosed(1, 12).boxed().toArray());
		}

		private List<String> of(String instance) {
			return this.byInstance.stream()
				.filter((line) -> line.startsWith(instance))
				.map((line) -> line.substring(instance.length() + 1))
				.toList();
		}

		private String joined(String instance) {
			return String.join("", of(instance)).replace("][", ", ").replaceAll("[\\[\\]]", "");
		}

		@Test
		@DisplayName("BW49 each partition is handled by one instance, in order")
		void keepTheirOrder() {
			startPartitions(
					PartitionOptions.<Object>ofCount(2).withRouter(PartitionRouter.to((event) -> (Integer) event % 2)),
					null);
			assertThat(joined("part#0")).isEqualTo("2, 4, 6, 8, 10, 12");
			assertThat(joined("part#1")).isEqualTo("1, 3, 5, 7, 9, 11");
			assertThat(settlements).hasSize(12);
		}

		@Test
		@DisplayName("BW50 each partition has its batches at one instance, in order")
		void keepTheOrderOfBatches() {
			startPartitions(
					PartitionOptions.<Object>ofCount(2).withRouter(PartitionRouter.to((event) -> (Integer) event % 2)),
					2);
			assertThat(of("part#0")).containsExactly("[2, 4]", "[6, 8]", "[10, 12]");
			assertThat(of("part#1")).containsExactly("[1, 3]", "[5, 7]", "[9, 11]");
		}

		@Test
		@DisplayName("BW52 a function of one's own says the partition")
		void areSaidByAFunction() {
			startPartitions(PartitionOptions.<Object>ofCount(2)
				.withRouter(PartitionRouter.to((event) -> ((Integer) event <= 6) ? 0 : 1)), 2);
			assertThat(of("part#0")).containsExactly("[1, 2]", "[3, 4]", "[5, 6]");
			assertThat(of("part#1")).containsExactly("[7, 8]", "[9, 10]", "[11, 12]");
		}

	}

	@Nested
	class Transforming {

		@ParameterizedTest(name = "{0}")
		@EnumSource
		@DisplayName("BW59 BW61 BW123 BW127 BW128 BW132 whatever way an event comes in, it is handled and settled")
		void whateverWayAnEventComesIn(Way way) {
			List<Object> plain = List.of(1, 2, 3);
			ProducerStage<Object> source = new ProducerStage<>() {

				@Override
				public List<Object> handleDemand(long demand) {
					return (way == Way.DEMAND && demand == 4) ? transform(plain) : List.of();
				}

				@Override
				@SuppressWarnings("unchecked")
				public List<Object> onInfo(Object message) {
					return transform((List<Object>) message);
				}

				private List<Object> transform(List<Object> events) {
					return events.stream().map((event) -> (Object) delivery(event + " ok")).toList();
				}

			};
			PerEventConsumerStage<Object> each = (event, from) -> handle(event);
			start(StageDefinition.of("source", source), StageDefinition.of("each", each).subscribeTo("source", FEW));
			if (way == Way.MESSAGE) {
				pushAll(plain);
			}
			else if (way == Way.BY_OTHERS) {
				ref("source").emit(plain.stream().map((event) -> (Object) delivery(event + " ok")).toList());
				run();
			}
			assertThat(handled).containsExactly("1 ok", "2 ok", "3 ok");
			assertThat(settlements).extracting(Settlement::event).containsExactly("1 ok", "2 ok", "3 ok");
		}

		@Test
		@DisplayName("BW62 an event that can't be transformed fails alone")
		void whatCantBeTransformed() {
			PerEventProducerConsumerStage<Object, Object> transform = (event, from, results) -> {
				if (event.equals("kill")) {
					throw new IllegalArgumentException();
				}
				results.accept(event + " ok");
			};
			PerEventConsumerStage<Object> last = (event, from) -> handle(event);
			start(source(), StageDefinition.of("transform", transform).withOptions(policy()).subscribeTo("source"),
					StageDefinition.of("each", last).subscribeTo("transform"));
			push(1, 2);
			push("kill", 3);
			assertThat(handled).containsExactly("1 ok", "2 ok", "3 ok");
			assertThat(settlements).filteredOn((settlement) -> !settlement.outcome().isDone())
				.extracting(Settlement::event)
				.containsExactly("kill");
			assertThat(ref("source").status().exit()).isNull();
		}

	}

	/**
	 * How events get into a producer.
	 */
	enum Way {

		MESSAGE, DEMAND, BY_OTHERS

	}

	@Nested
	class DecidingAboutFailures {

		private final List<Object> asked = new ArrayList<>();

		private final FailureDecider skipping = (event, failure, attempt) -> {
			this.asked.add(event);
			return Decision.skip();
		};

		private StageDefinition deciding(StageDefinition stage, FailureDecider decider) {
			return stage.withOptions(stage.options().withFailure(POLICY.withDecider(decider)));
		}

		@Test
		@DisplayName("BW63 BW64 whoever decides gets the one event that has failed, and then the source does")
		void behindAHandlerOfOneEvent() {
			start(source(), deciding(last(), this.skipping));
			push(1, "fail", "raise");
			assertThat(this.asked).containsExactly("fail", "raise");
			assertThat(settlements).extracting((one) -> one.event() + " " + one.outcome())
				.containsExactlyInAnyOrder("1 ACCEPTED", "fail SKIPPED", "raise SKIPPED");
		}

		@Test
		@DisplayName("BW67 whoever decides gets each event of a batch that is named as failed")
		void behindABatch() {
			start(source(), each(), deciding(batch(2, TIMEOUT), (event, failure, attempt) -> {
				this.asked.add(event);
				return Decision.fail();
			}));
			push("raise_batcher", 2);
			assertThat(this.asked).containsExactly("raise_batcher", 2);
			assertThat(acks).containsExactly("ack [– | raise_batcher, 2]");
			assertThat(log.read()).isNotEmpty();
		}

		@Test
		@DisplayName("BW68 whoever decides and throws has said nothing, which is logged")
		void thatThrows() {
			start(source(), each(), deciding(batch(2, TIMEOUT), (event, failure, attempt) -> {
				throw new IllegalStateException("can't decide");
			}));
			push("raise_batcher", 2);
			assertThat(acks).containsExactly("ack [– | raise_batcher, 2]");
			assertThat(log.read())
				.anyMatch((line) -> line.contains("the failure decider has failed, and the policy decides instead"));
		}

	}

	@Nested
	class Crashes {

		private final RestartPolicy atOnce = RestartPolicy.defaults()
			.withBackOff(Duration.ofMillis(1), 1, Duration.ofMillis(1));

		private void restart() {
			executor.advance(Duration.ofMillis(1));
		}

		@Test
		@DisplayName("BW73 a producer that has started again is asked anew")
		void ofAProducer() {
			Pipeline pipeline = start(source().withRestarts(this.atOnce), last());
			push(1);
			ref("source").tell("no list");
			run();
			assertThat(stage(pipeline, "source").state()).isEqualTo(StageState.RESTARTING);
			restart();
			push(2);
			assertThat(acks).containsExactly("ack [1 | –]", "ack [2 | –]");
			assertThat(numbers(pipeline, "source").demand()).isEqualTo(2);
		}

		@Test
		@DisplayName("BW74 BW75 an Error takes its stage down and no other, and the next run goes on")
		void ofAProcessor() {
			Pipeline pipeline = start(source(), each().withRestarts(this.atOnce), batch(2, TIMEOUT));
			push(1);
			push("kill", 2);
			assertThat(stage(pipeline, "each").state()).isEqualTo(StageState.RESTARTING);
			assertThat(stage(pipeline, "source").state()).isEqualTo(StageState.RUNNING);
			assertThat(stage(pipeline, "batch").state()).isEqualTo(StageState.RUNNING);
			restart();
			push(3);
			executor.advance(TIMEOUT);
			assertThat(handled).containsExactly(1, 3);
			// The batch doesn't wait for who may never come back.
			assertThat(batches).containsExactly("END [1]", "TIMEOUT [3]");
			assertThat(settlements).extracting((one) -> one.event() + " " + one.outcome())
				.containsExactlyInAnyOrder("1 ACCEPTED", "kill FAILED", "2 FAILED", "3 ACCEPTED");
		}

		@Test
		@DisplayName("BW77 what a crash has lost leaves no gap and no half batch, and its source has it back")
		void inTheMiddle() {
			start(source(), each().withRestarts(this.atOnce), batch(2, Duration.ofSeconds(1)));
			push(1, 2, "kill", 3, 4, 5);
			restart();
			run();
			assertThat(batches).containsExactly("SIZE [1, 2]", "SIZE [4, 5]");
			assertThat(acks).containsExactlyInAnyOrder("ack [1, 2 | –]", "ack [– | kill, 3]", "ack [4, 5 | –]");
		}

		@Test
		@DisplayName("BW78 BW79 an Error in a batch takes its stage down and no other, and the next batch comes")
		void ofABatch() {
			Pipeline pipeline = start(source(), each(), batch(2, TIMEOUT).withRestarts(this.atOnce));
			push(1, 2);
			push("kill_batcher", 3);
			assertThat(stage(pipeline, "batch").state()).isEqualTo(StageState.RESTARTING);
			assertThat(stage(pipeline, "each").state()).isEqualTo(StageState.RUNNING);
			assertThat(stage(pipeline, "source").state()).isEqualTo(StageState.RUNNING);
			restart();
			push(4, 5);
			assertThat(batches).containsExactly("SIZE [1, 2]", "SIZE [kill_batcher, 3]", "SIZE [4, 5]");
			assertThat(acks).containsExactly("ack [1, 2 | –]", "ack [– | kill_batcher, 3]", "ack [4, 5 | –]");
		}

	}

	@Nested
	class BatchHandler {

		private void startBatches(ConsumerStage<Object> stage) {
			start(source(),
					StageDefinition.of("batch", stage)
						.withOptions(batching(4, TIMEOUT))
						.subscribeTo("source", demand(4, 1)));
		}

		@Test
		@DisplayName("BW81 one batch with events of two groups is settled once for each")
		void withTwoGroups() {
			startBatches((events, from) -> {
				throw BatchFailure.of(events.get(1), new IllegalStateException())
					.and(events.get(2), new IllegalStateException())
					.othersAccepted();
			});
			pushAll(List.of(Delivery.of(1, acknowledger, "ref 1"), Delivery.of("fail", acknowledger, "ref 2"),
					Delivery.of("fail", acknowledger, "ref 1"), Delivery.of(4, acknowledger, "ref 2")));
			assertThat(acks).containsExactlyInAnyOrder("ref 1 [1 | fail]", "ref 2 [4 | fail]");
		}

		@Test
		@DisplayName("BW82 all events of a batch that throws have failed, in order and with the cause")
		void thatThrows() {
			startBatches((events, from) -> {
				throw new IllegalStateException("raised");
			});
			push(1, 2, "raise", 3);
			assertThat(acks).containsExactly("ack [– | 1, 2, raise, 3]");
			assertThat(settlements).extracting(Settlement::cause)
				.allSatisfy((cause) -> assertThat(cause).hasMessage("raised"));
			assertThat(log.read()).isNotEmpty();
			assertThat(ref("batch").status().exit()).isNull();
		}

	}

	@Nested
	class ShuttingDown {

		private final EventQueue<Object> queue = new EventQueue<>(10);

		private void fill() {
			for (int number = 1; number <= 4; number++) {
				this.queue.offer(delivery(number));
			}
		}

		private static StageDefinition from(StageDefinition stage, SubscribeOptions options) {
			return new StageDefinition(stage.name(), stage.kind(), stage.stages(), stage.options(), List.of(),
					stage.autoStartup(), stage.concurrency(), stage.restarts())
				.subscribeTo("queue", options);
		}

		@Test
		@DisplayName("BW41 what a source holds when it is asked to end is handled and settled")
		void settlesWhatIsThere() {
			Pipeline pipeline = start(StageDefinition.of("queue", this.queue), from(last(), demand(2, 1)));
			fill();
			pipeline.drain(Duration.ofSeconds(5));
			run();
			assertThat(settlements).extracting(Settlement::event).containsExactly(1, 2, 3, 4);
			assertThat(settlements).allMatch((settlement) -> settlement.outcome().isDone());
			assertThat(pipeline.drainReport()).hasValueSatisfying((report) -> assertThat(report.isComplete()).isTrue());
		}

		@Test
		@DisplayName("BW88 what a batch holds when it is to end is handled and settled together")
		void settlesBatches() {
			Pipeline pipeline = start(StageDefinition.of("queue", this.queue),
					from(batch(5, Duration.ofSeconds(10)), demand(5, 1)));
			fill();
			run();
			assertThat(acks).isEmpty();
			pipeline.drain(Duration.ofSeconds(5));
			run();
			assertThat(batches).containsExactly("END [1, 2, 3, 4]");
			assertThat(acks).containsExactly("ack [1, 2, 3, 4 | –]");
		}

		@Test
		@DisplayName("BW87 BW102 BW103 a pipeline has ended when all its stages have, and its handle shows it")
		void endsLast() {
			List<String> story = new ArrayList<>();
			PerEventConsumerStage<Object> each = new PerEventConsumerStage<>() {

				@Override
				public void handleEvent(Object event, Subscription from) {
				}

				@Override
				public void onStop(ExitReason reason) {
					story.add("consumer");
				}

			};
			ProducerStage<Object> source = new ManualSource() {

				@Override
				public void onStop(ExitReason reason) {
					story.add("producer");
				}

			};
			Pipeline pipeline = start(StageDefinition.of("source", source),
					StageDefinition.of("each", each).subscribeTo("source"));
			CompletionStage<Void> ended = pipeline.whenEnded().thenAccept((state) -> story.add("pipeline"));
			pipeline.drain(Duration.ofSeconds(5));
			run();
			assertThat(future(ended)).isDone();
			assertThat(story).containsExactly("producer", "consumer", "pipeline");
			assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(system.find("each")).isEmpty();
			assertThat(system.find("source")).isEmpty();
		}

		@Test
		@DisplayName("BW90 what a producer emits when it is to end is settled, and nothing later")
		void takesTheLastEvents() {
			Pipeline pipeline = start(StageDefinition.of("source", new ManualSource() {

				private @Nullable StageContext draining;

				@Override
				public void onDrain(StageContext context) {
					this.draining = context;
					context.self().tell(List.of(delivery("at once")));
					context.tellLater(Duration.ofMillis(1), List.of(delivery("later")));
				}

				@Override
				public List<Object> onInfo(Object message) {
					Objects.requireNonNull(this.draining).complete();
					return super.onInfo(message);
				}

			}), last());
			pipeline.drain(Duration.ofSeconds(5));
			executor.advance(Duration.ofSeconds(1));
			assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(acks).containsExactly("ack [at once | –]");
		}

		@Test
		@DisplayName("BW130 BW133 a producer that stops by itself stops for its reason, behind what it emits")
		void byTheProducer() {
			List<ExitReason> reasons = new ArrayList<>();
			start(StageDefinition.of("source", new ManualSource() {

				private @Nullable StageContext context;

				@Override
				public void onStart(StageContext context) {
					this.context = context;
				}

				@Override
				public List<Object> onInfo(Object message) {
					Objects.requireNonNull(this.context).stop(new ExitReason.Custom("enough"));
					return super.onInfo(message);
				}

				@Override
				public void onStop(ExitReason reason) {
					reasons.add(reason);
				}

			}), last());
			push(1);
			assertThat(reasons).containsExactly(new ExitReason.Custom("enough"));
			assertThat(acks).containsExactly("ack [1 | –]");
		}

	}

	@Nested
	class Rates {

		private final List<String> times = new ArrayList<>();

		private Pipeline startLimited(RateLimit limit, int producers) {
			PerEventConsumerStage<Object> each = (event, from) -> this.times
				.add(event + " at " + executor.now().toMillis());
			return start(StageDefinition.of("source", StageKind.PRODUCER, ManualSource::new).withConcurrency(producers),
					StageDefinition.of("each", each)
						.withOptions(policy().withRate(new RateAccount(limit)))
						.subscribeTo("source", demand(10, 5)));
		}

		private void pushInto(String source, Object... events) {
			ref(source).tell(Stream.of(events).map(BroadwayTests.this::delivery).toList());
			run();
		}

		@Test
		@DisplayName("BW92 an event passes in each period")
		void inEachPeriod() {
			startLimited(RateLimit.of(1, Duration.ofSeconds(10)), 1);
			pushInto("source", 1, 2);
			executor.advance(Duration.ofSeconds(10));
			assertThat(this.times).containsExactly("1 at 0", "2 at 10000");
			assertThat(acks).containsExactly("ack [1 | –]", "ack [2 | –]");
		}

		@Test
		@DisplayName("BW93 several producers together have one rate, and one may use it alone")
		void forAllProducers() {
			startLimited(RateLimit.of(2, Duration.ofMillis(50)), 2);
			pushInto("source#0", 1, 2, 3, 4, 5);
			executor.advance(Duration.ofMillis(200));
			assertThat(this.times).containsExactly("1 at 0", "2 at 0", "3 at 25", "4 at 50", "5 at 75");
			assertThat(settlements).hasSize(5);
		}

		@Test
		@DisplayName("BW96 the rate can be asked for and changed, and a change counts at once and gives nothing away")
		void thatAreChanged() {
			Pipeline pipeline = startLimited(RateLimit.of(1, Duration.ofSeconds(5)), 2);
			assertThat(pipeline.rate("each")).contains(RateLimit.of(1, Duration.ofSeconds(5)));
			pushInto("source#0", 1, 2, 3);
			assertThat(this.times).containsExactly("1 at 0");
			pipeline.rate("each", RateLimit.of(5, Duration.ofSeconds(5)));
			assertThat(pipeline.rate("each")).contains(RateLimit.of(5, Duration.ofSeconds(5)));
			executor.advance(Duration.ofSeconds(2));
			assertThat(this.times).containsExactly("1 at 0", "2 at 1000", "3 at 2000");
		}

	}

	/**
	 * Notes what it handles under the name of its instance.
	 */
	private static final class InstanceStage implements ConsumerStage<Object> {

		private final List<String> notes;

		private String name = "";

		InstanceStage(List<String> notes) {
			this.notes = notes;
		}

		@Override
		public void onStart(StageContext context) {
			this.name = context.self().name();
		}

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
			this.notes.add(this.name + " " + events);
		}

	}

}
