package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;

import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.failure.Decision;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.failure.RetryOrder;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.settling.Handlers.Form;
import io.genstage.simulation.SeededExecutor;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * A graph of stages that are chosen and connected at random.
 */
final class RandomPipeline {

	private static final int LEAST_DEMAND = 6;

	private final SeededExecutor executor;

	private final Random random;

	private final Account account;

	private final List<Node> nodes = new ArrayList<>();

	RandomPipeline(SeededExecutor executor, Random random, Account account) {
		this.executor = executor;
		this.random = random;
		this.account = account;
	}

	PipelineGraph build() {
		for (int source = 0; source <= this.random.nextInt(2); source++) {
			this.nodes.add(new Node("p" + source, StageKind.PRODUCER));
		}
		for (int layer = this.random.nextInt(3); layer > 0; layer--) {
			connect(new Node("t" + layer, StageKind.PRODUCER_CONSUMER));
		}
		for (int consumer = this.random.nextInt(3); consumer > 0; consumer--) {
			connect(new Node("c" + consumer, StageKind.CONSUMER));
		}
		Node last = new Node("c", StageKind.CONSUMER);
		this.nodes.stream()
			.filter((node) -> node.kind != StageKind.CONSUMER && node.consumers == 0)
			.forEach(last::subscribe);
		if (last.producers.isEmpty()) {
			last.subscribe(this.nodes.get(0));
		}
		this.nodes.add(last);
		this.nodes.forEach(Node::chooseDispatcher);
		return PipelineGraph.of(this.nodes.stream().map(Node::definition).toList());
	}

	private void connect(Node node) {
		List<Node> emitters = this.nodes.stream().filter((other) -> other.kind != StageKind.CONSUMER).toList();
		for (int count = 1 + this.random.nextInt(2); count > 0; count--) {
			node.subscribe(emitters.get(this.random.nextInt(emitters.size())));
		}
		this.nodes.add(node);
	}

	List<String> stages() {
		return this.nodes.stream().map((node) -> node.name).toList();
	}

	private boolean chance(int oneIn) {
		return this.random.nextInt(oneIn) == 0;
	}

	private <T> T any(T[] values) {
		return values[this.random.nextInt(values.length)];
	}

	private @Nullable FailurePolicy policy() {
		if (chance(6)) {
			return null;
		}
		RetryOrder order = switch (this.random.nextInt(4)) {
			case 0 -> RetryOrder.NONE;
			case 1 -> RetryOrder.STRICT;
			default -> RetryOrder.byKey((event) -> ((Item) event).key());
		};
		FailurePolicy policy = FailurePolicy.defaults()
			.withRetries(Retries.fixed(this.random.nextInt(4), Duration.ofMillis(this.random.nextInt(3000))))
			.withOrder(order)
			.withIsolate(this.random.nextBoolean())
			.withOutage(chance(3) ? new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))
					: new OutageGuard(1 + this.random.nextInt(5), Duration.ofMillis(1 + this.random.nextInt(10_000))))
			.withExpireAfter(chance(5) ? Duration.ofMillis(1 + this.random.nextInt(5000)) : null);
		if (chance(5)) {
			policy = policy.withDecider((event, cause, attempts) -> decide(attempts));
		}
		return switch (this.random.nextInt(4)) {
			case 0 -> policy.withThen(FailurePolicy.Then.FAIL);
			case 1 -> policy.withThen(FailurePolicy.Then.SKIP);
			default -> policy.withDeadLetters(new FlakyStore(this.executor, this.random, !chance(4)))
				.withMaxPerKey(this.random.nextInt(4));
		};
	}

	private Decision decide(int attempts) {
		return switch (this.random.nextInt(6)) {
			case 0 -> Decision.skip();
			case 1 -> Decision.fail();
			case 2 -> (attempts < 5) ? Decision.retry(Duration.ofMillis(this.random.nextInt(2000))) : Decision.skip();
			default -> Decision.byPolicy();
		};
	}

	/**
	 * A stage to be.
	 */
	private final class Node {

		private final String name;

		private final StageKind kind;

		private final List<Node> producers = new ArrayList<>();

		private int consumers;

		/** How many consumers know which partition is theirs. */
		private int seated;

		private int dispatcher;

		Node(String name, StageKind kind) {
			this.name = name;
			this.kind = kind;
		}

		void subscribe(Node producer) {
			if (!this.producers.contains(producer)) {
				this.producers.add(producer);
				producer.consumers++;
			}
		}

		void chooseDispatcher() {
			this.dispatcher = RandomPipeline.this.random.nextInt(3);
			if (this.dispatcher == 1) {
				RandomPipeline.this.account.broadcasts(this.name);
			}
		}

		StageDefinition definition() {
			StageOptions options = StageOptions.defaults();
			if (this.kind != StageKind.CONSUMER) {
				options = withDispatcher(options);
			}
			StageDefinition definition = (this.kind == StageKind.PRODUCER) ? source(options) : worker(options);
			for (Node producer : this.producers) {
				definition = definition.subscribeTo(producer.name, edge(producer));
			}
			return definition.withRestarts(RestartPolicy.defaults()
				.withLimit(10_000, Duration.ofSeconds(1))
				.withBackOff(Duration.ofMillis(10), 1, Duration.ofMillis(10)));
		}

		private StageDefinition source(StageOptions options) {
			Source source = new Source(RandomPipeline.this.random, RandomPipeline.this.account);
			StageOptions all = chance(3) ? options.withMaxUnsettled(1 + RandomPipeline.this.random.nextInt(10))
					: options;
			return StageDefinition.of(this.name, this.kind, source::start).withOptions(all);
		}

		private StageOptions withDispatcher(StageOptions options) {
			Random random = RandomPipeline.this.random;
			StageOptions all = switch (this.dispatcher) {
				case 0 -> options;
				case 1 -> options.withDispatcher(Dispatchers.broadcast());
				default ->
					options.withDispatcher(Dispatchers.partition(PartitionOptions.ofCount(this.consumers, Item::key)));
			};
			return chance(3) ? all.withBufferSize(random.nextInt(8)).withBufferKeep(any(BufferKeep.values())) : all;
		}

		private SubscribeOptions edge(Node producer) {
			int max = LEAST_DEMAND + RandomPipeline.this.random.nextInt(10);
			SubscribeOptions options = SubscribeOptions.defaults()
				.withMaxDemand(max)
				.withMinDemand(RandomPipeline.this.random.nextInt(max - LEAST_DEMAND + 1));
			return switch (producer.dispatcher) {
				case 1 -> chance(2) ? options.withSelector(selector()) : options;
				case 2 -> options.withPartition(producer.seated++);
				default -> options;
			};
		}

		private Predicate<Item> selector() {
			int chosen = RandomPipeline.this.random.nextInt(Source.KEYS);
			boolean fails = chance(3);
			return (item) -> {
				if (fails && item.number() % 5 == 0) {
					throw new IllegalStateException("a selector that fails");
				}
				return item.key() != chosen;
			};
		}

		private StageDefinition worker(StageOptions options) {
			Work work = new Work(RandomPipeline.this.executor, RandomPipeline.this.random, RandomPipeline.this.account);
			Form form = (this.kind == StageKind.CONSUMER) ? any(Form.values())
					: any(new Form[] { Form.LISTS, Form.EACH, Form.BATCHES, Form.IN_FLIGHT, Form.ACKNOWLEDGES });
			FailurePolicy policy = (form == Form.REPORTS) ? null : policy();
			if (policy != null && form == Form.ACKNOWLEDGES && chance(2)) {
				policy = policy.withTimeout(Duration.ofMillis(1 + RandomPipeline.this.random.nextInt(3000)));
			}
			StageOptions all = withForm((policy != null) ? options.withFailure(policy) : options, form, work, policy);
			StageDefinition definition = (this.kind == StageKind.CONSUMER)
					? StageDefinition.of(this.name, this.kind, () -> Handlers.consumer(form, work))
					: StageDefinition.of(this.name, this.kind, () -> Handlers.producerConsumer(form, work));
			boolean mayBeMany = this.producers.stream().allMatch((producer) -> producer.dispatcher != 2);
			boolean isTwo = mayBeMany && chance(3);
			boolean inTurns = form != Form.IN_FLIGHT && form != Form.TASKS && form != Form.ACKNOWLEDGES;
			if (policy != null && policy.ordersLetters() && inTurns && !isTwo) {
				work.waitsBehind((FlakyStore) Objects.requireNonNull(policy.deadLetters()));
			}
			return definition.withOptions(all).withConcurrency(isTwo ? 2 : 1);
		}

		private StageOptions withForm(StageOptions options, Form form, Work work, @Nullable FailurePolicy policy) {
			boolean ordered = policy == null || policy.order().kind() != RetryOrder.Kind.NONE;
			boolean byKey = policy != null && policy.order().kind() == RetryOrder.Kind.BY_KEY;
			Work.Order order = byKey ? Work.Order.BY_KEY : Work.Order.ALL;
			Random random = RandomPipeline.this.random;
			switch (form) {
				case BATCHES -> {
					boolean keyed = random.nextBoolean();
					BatchOptions batch = new BatchOptions(1 + random.nextInt(LEAST_DEMAND),
							Duration.ofMillis(1 + random.nextInt(500)), 1 + random.nextInt(5));
					if (ordered) {
						work.keepsOrder(keyed ? Work.Order.BY_KEY : order);
					}
					return options.withBatching(keyed ? Batching.byKey(Item::key, batch) : Batching.of(batch));
				}
				case IN_FLIGHT, ACKNOWLEDGES -> {
					InFlight inFlight = InFlight.of(1 + random.nextInt(5));
					return options.withInFlight(random.nextBoolean() ? inFlight : inFlight.unordered());
				}
				case TASKS -> {
					return options.withTasks(Tasks.of(TaskOptions.defaults()));
				}
				default -> {
					if (ordered) {
						work.keepsOrder(order);
					}
					return options;
				}
			}
		}

	}

}
