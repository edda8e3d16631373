package io.genstage.benchmarks;

import java.util.List;
import java.util.Objects;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Two stages with the default demand. Each run starts them anew and stops them.
 */
final class StagePipe implements Pipe {

	// Told to stop by the pipe, since a consumer that stops by itself is logged.
	private static final SubscribeOptions OPTIONS = SubscribeOptions.defaults()
		.withMaxDemand(1000)
		.withMinDemand(500)
		.withCancel(CancelMode.TEMPORARY);

	private final StageSystem system;

	StagePipe(StageSystem system) {
		this.system = system;
	}

	@Override
	public long sum(int events) throws Exception {
		Adder adder = new Adder();
		StageRef consumer = this.system.start("adder", adder);
		StageRef producer = this.system.start("counter", new Counter(new Numbers(events)));
		return consumer.subscribeTo(producer, OPTIONS)
			.thenCompose((subscription) -> producer.whenStopped())
			.thenCompose((reason) -> consumer.stop(reason))
			.thenApply((reason) -> adder.sum)
			.toCompletableFuture()
			.get();
	}

	@Override
	public void close() {
		this.system.close();
	}

	/**
	 * Answers demand with numbers and completes after the last one.
	 */
	private static final class Counter implements ProducerStage<Long> {

		private final Numbers numbers;

		private @Nullable StageContext context;

		Counter(Numbers numbers) {
			this.numbers = numbers;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<Long> handleDemand(long demand) {
			List<Long> events = this.numbers.take(demand);
			if (this.numbers.isExhausted()) {
				Objects.requireNonNull(this.context).complete();
			}
			return events;
		}

	}

	/**
	 * Adds up the events.
	 */
	private static final class Adder implements ConsumerStage<Long> {

		private long sum;

		@Override
		public void handleEvents(List<Long> events, Subscription from) {
			for (long event : events) {
				this.sum += event;
			}
		}

	}

}
