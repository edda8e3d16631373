package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.DemandOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;

/**
 * Stages that are started and connected at random.
 */
final class RandomGraph {

	static final int MOST_DEMAND = 12;

	private final StageSystem system;

	private final Random random;

	private final Ledger ledger;

	private final List<SimulatedProducer> producers = new ArrayList<>();

	private final List<SimulatedTransformer> transformers = new ArrayList<>();

	private final List<SimulatedConsumer> consumers = new ArrayList<>();

	RandomGraph(StageSystem system, Random random, Ledger ledger) {
		this.system = system;
		this.random = random;
		this.ledger = ledger;
	}

	void build() {
		for (int count = 1 + this.random.nextInt(3); count > 0; count--) {
			startProducer();
		}
		for (int layers = this.random.nextInt(3); layers > 0; layers--) {
			List<SimulatedEmitter> above = emitters();
			for (int count = 1 + this.random.nextInt(2); count > 0; count--) {
				SimulatedTransformer transformer = startTransformer();
				subscribeToSome(transformer, above);
			}
		}
		for (int count = 1 + this.random.nextInt(4); count > 0; count--) {
			subscribeToSome(startConsumer(), emitters());
		}
	}

	private void startProducer() {
		SimulatedProducer producer = new SimulatedProducer("p" + this.producers.size(),
				any(SimulatedProducer.Habit.values()), this.random.nextInt(100), this.random, this.ledger);
		this.producers.add(producer);
		start(producer, producer, emitterOptions(producer));
	}

	private SimulatedTransformer startTransformer() {
		SimulatedTransformer transformer = new SimulatedTransformer("t" + this.transformers.size(),
				any(SimulatedTransformer.Habit.values()), this.ledger);
		this.transformers.add(transformer);
		start(transformer, transformer, emitterOptions(transformer));
		return transformer;
	}

	SimulatedConsumer startConsumer() {
		SimulatedConsumer consumer = new SimulatedConsumer("c" + this.consumers.size(), this.ledger);
		this.consumers.add(consumer);
		start(consumer, consumer, StageOptions.defaults());
		return consumer;
	}

	private void start(SimulatedStage simulated, Stage stage, StageOptions options) {
		this.ledger.trace(simulated, "is started with", options);
		this.system.start(simulated.name(), stage, options);
	}

	private StageOptions emitterOptions(SimulatedEmitter emitter) {
		StageOptions options = StageOptions.defaults().withDispatcher(watchedDispatcher(emitter));
		if (this.random.nextInt(3) > 0) {
			return options;
		}
		int capacity = this.random.nextInt(8);
		BufferKeep keep = any(BufferKeep.values());
		emitter.keepIn(new Outbox(emitter, capacity, keep));
		return options.withBufferSize(capacity).withBufferKeep(keep);
	}

	private DispatcherFactory<SimulatedEvent> watchedDispatcher(SimulatedEmitter emitter) {
		return switch (this.random.nextInt(3)) {
			case 0 -> (outlet) -> new WatchedDemand(emitter, outlet, anyDemandOptions());
			case 1 -> (outlet) -> new WatchedBroadcast(emitter, outlet);
			default -> (outlet) -> new WatchedPartitions(emitter, outlet, anyPartitionOptions());
		};
	}

	private DemandOptions anyDemandOptions() {
		DemandOptions options = DemandOptions.defaults().withMaxDemand(MOST_DEMAND);
		return (this.random.nextInt(3) == 0) ? options.withShuffle(this.random) : options;
	}

	private PartitionOptions<SimulatedEvent> anyPartitionOptions() {
		PartitionOptions<SimulatedEvent> options = PartitionOptions.ofCount(1 + this.random.nextInt(3),
				SimulatedEvent::number);
		if (this.random.nextInt(3) == 0) {
			options = options.withRouter(discardingSome(options.router()));
		}
		if (this.random.nextInt(2) == 0) {
			options = options.withQueueSize(this.random.nextInt(6)).withQueueKeep(any(BufferKeep.values()));
		}
		return options;
	}

	private static PartitionRouter<SimulatedEvent> discardingSome(PartitionRouter<SimulatedEvent> router) {
		return (event) -> (event.number() % 5 < 2) ? null : router.route(event);
	}

	private void subscribeToSome(SimulatedStage consumer, List<SimulatedEmitter> above) {
		for (int count = 1 + this.random.nextInt(2); count > 0; count--) {
			subscribe(consumer, any(above));
		}
	}

	/**
	 * Subscribes in any way that suits the producer's dispatcher, and in one that
	 * doesn't.
	 */
	void subscribe(SimulatedStage consumer, SimulatedEmitter producer) {
		consumer.ref().subscribeTo(producer.ref(), anyOptionsFor(producer));
	}

	/** Puts another subscription in the place of one. */
	void resubscribe(Edge old, ExitReason reason) {
		SubscribeOptions options = anyOptionsFor(emitterOf(old));
		old.consumer().resubscribe(old.subscription(), options, reason).thenAccept((subscription) -> old.replace());
	}

	private SubscribeOptions anyOptionsFor(SimulatedEmitter producer) {
		SubscribeOptions options = producer.dispatcher().vary(anyOptions(), this.random);
		return (this.random.nextInt(6) == 0) ? options.withManualDemand() : options;
	}

	private SubscribeOptions anyOptions() {
		int max = 1 + this.random.nextInt(MOST_DEMAND);
		return SubscribeOptions.defaults()
			.withMaxDemand(max)
			.withMinDemand(this.random.nextInt(max))
			.withCancel(any(CancelMode.values()));
	}

	/** Starts consumers that take all that a stage emits. */
	void satisfy(SimulatedEmitter emitter) {
		for (SubscribeOptions options : emitter.dispatcher().coverAll(anyOptions())) {
			startConsumer().ref().subscribeTo(emitter.ref(), options.withCancel(CancelMode.TEMPORARY));
		}
	}

	private SimulatedEmitter emitterOf(Edge edge) {
		return emitters().stream().filter((emitter) -> emitter.ref() == edge.producer()).findFirst().orElseThrow();
	}

	List<SimulatedProducer> producers() {
		return this.producers;
	}

	List<SimulatedTransformer> transformers() {
		return this.transformers;
	}

	/** Returns the stages with a dispatcher. */
	List<SimulatedEmitter> emitters() {
		List<SimulatedEmitter> emitters = new ArrayList<>(this.producers);
		emitters.addAll(this.transformers);
		return emitters;
	}

	/** Returns the stages that subscribe. */
	List<SimulatedStage> receivers() {
		List<SimulatedStage> receivers = new ArrayList<>(this.transformers);
		receivers.addAll(this.consumers);
		return receivers;
	}

	List<SimulatedStage> stages() {
		List<SimulatedStage> stages = new ArrayList<>(this.producers);
		stages.addAll(this.transformers);
		stages.addAll(this.consumers);
		return stages;
	}

	private <T> T any(T[] values) {
		return values[this.random.nextInt(values.length)];
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}
