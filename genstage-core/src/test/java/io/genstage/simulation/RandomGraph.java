package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import io.genstage.buffer.BufferKeep;
import io.genstage.CancelMode;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.DemandOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;

/**
 * Stages that are started and connected at random.
 */
final class RandomGraph {

	static final int MOST_DEMAND = 12;

	private final StageSystem system;

	private final Random random;

	private final Ledger ledger;

	private final UnaryOperator<DispatcherFactory<SimulatedEvent>> flaw;

	private final List<SimulatedProducer> producers = new ArrayList<>();

	private final List<SimulatedTransformer> transformers = new ArrayList<>();

	private final List<SimulatedConsumer> consumers = new ArrayList<>();

	RandomGraph(StageSystem system, Random random, Ledger ledger,
			UnaryOperator<DispatcherFactory<SimulatedEvent>> flaw) {
		this.system = system;
		this.random = random;
		this.ledger = ledger;
		this.flaw = flaw;
	}

	void build() {
		for (int count = 1 + this.random.nextInt(3); count > 0; count--) {
			startProducer();
		}
		for (int layers = this.random.nextInt(3); layers > 0; layers--) {
			List<SimulatedStage> above = emitters();
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
		this.ledger.trace(simulated, "is started");
		simulated.started(this.system.start(simulated.name(), stage, options));
	}

	private StageOptions emitterOptions(SimulatedStage emitter) {
		StageOptions options = StageOptions.defaults().withDispatcher(watched(emitter));
		if (this.random.nextInt(3) == 0) {
			emitter.bufferAtMost(this.random.nextInt(8));
			options = options.withBufferSize(emitter.capacity()).withBufferKeep(any(BufferKeep.values()));
		}
		return options;
	}

	private DispatcherFactory<SimulatedEvent> watched(SimulatedStage emitter) {
		boolean broadcast = this.random.nextInt(3) == 0;
		boolean shuffle = this.random.nextInt(3) == 0;
		DemandOptions options = shuffle ? DemandOptions.defaults().withShuffle(this.random) : DemandOptions.defaults();
		DispatcherFactory<SimulatedEvent> factory = this.flaw
			.apply(broadcast ? Dispatchers.broadcast() : Dispatchers.demand(options));
		return (outlet) -> {
			WatchedDispatcher dispatcher = new WatchedDispatcher(broadcast, factory, outlet, emitter);
			emitter.dispatchBy(dispatcher);
			return dispatcher;
		};
	}

	private void subscribeToSome(SimulatedStage consumer, List<SimulatedStage> above) {
		for (int count = 1 + this.random.nextInt(2); count > 0; count--) {
			subscribe(consumer, any(above));
		}
	}

	void subscribe(SimulatedStage consumer, SimulatedStage producer) {
		subscribe(consumer, producer, any(CancelMode.values()));
	}

	void subscribe(SimulatedStage consumer, SimulatedStage producer, CancelMode mode) {
		int max = 1 + this.random.nextInt(MOST_DEMAND);
		consumer.ref()
			.subscribeTo(producer.ref(),
					SubscribeOptions.defaults()
						.withMaxDemand(max)
						.withMinDemand(this.random.nextInt(max))
						.withCancel(mode));
	}

	List<SimulatedProducer> producers() {
		return this.producers;
	}

	List<SimulatedTransformer> transformers() {
		return this.transformers;
	}

	/** Returns the stages with a dispatcher. */
	List<SimulatedStage> emitters() {
		List<SimulatedStage> emitters = new ArrayList<>(this.producers);
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
		List<SimulatedStage> stages = emitters();
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
