package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a workload, and how they subscribe.
 */
final class NumberStages {

	static final SubscribeOptions DEMAND = SubscribeOptions.defaults().withMaxDemand(1000).withMinDemand(500);

	private NumberStages() {
	}

	/** Returns the options of the stage before the consumers. */
	static StageOptions splitting(Workload workload) {
		return StageOptions.defaults().withDispatcher(switch (workload.split()) {
			case SHARED -> Dispatchers.demand();
			case ALL -> Dispatchers.broadcast();
			case KEYED ->
				Dispatchers.partition(PartitionOptions.<Long>ofNames(List.of(0, 1, 2, 3), workload::consumerOf));
		});
	}

	/** Returns how one of the consumers subscribes. */
	static SubscribeOptions demandOf(int consumer, Workload workload) {
		return demandOf(consumer, workload, DEMAND);
	}

	/** Returns how one of the consumers subscribes, with demand limits of its own. */
	static SubscribeOptions demandOf(int consumer, Workload workload, SubscribeOptions demand) {
		return (workload.split() == Workload.Split.KEYED) ? demand.withPartition(consumer) : demand;
	}

	/**
	 * Answers demand with numbers and completes after the last one.
	 */
	static final class Producer implements ProducerStage<Long> {

		private final Numbers numbers;

		private @Nullable StageContext context;

		Producer(int events) {
			this.numbers = new Numbers(events);
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<Long> handleDemand(long demand) {
			List<Long> events = this.numbers.take(demand);
			if (!this.numbers.hasNext()) {
				Objects.requireNonNull(this.context).complete();
			}
			return events;
		}

	}

	/**
	 * Adds 1 to every number, and completes when its producer has.
	 */
	static final class Mapper implements ProducerConsumerStage<Long, Long> {

		private @Nullable StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<Long> handleEvents(List<Long> events, Subscription from) {
			List<Long> incremented = new ArrayList<>(events.size());
			for (Long event : events) {
				incremented.add(event + 1);
			}
			return incremented;
		}

		@Override
		public List<Long> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
			if (peer == Peer.PRODUCER) {
				Objects.requireNonNull(this.context).complete();
			}
			return List.of();
		}

	}

	/**
	 * Adds up the events, and completes when its producer has.
	 */
	static final class Consumer implements ConsumerStage<Long> {

		private final Adder adder = new Adder();

		private @Nullable StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Long> events, Subscription from) {
			for (Long event : events) {
				this.adder.add(event);
			}
		}

		@Override
		public void onCancel(Subscription subscription, Cancellation cancellation) {
			Objects.requireNonNull(this.context).complete();
		}

		/** Returns what it has added up, when it has stopped. */
		Adder adder() {
			return this.adder;
		}

	}

}
