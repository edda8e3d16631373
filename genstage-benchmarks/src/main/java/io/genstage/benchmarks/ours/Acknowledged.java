package io.genstage.benchmarks.ours;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Answers demand with numbers that carry their settlement, as the source of a broker
 * does, and completes after the last one.
 */
final class Acknowledged implements ProducerStage<Delivery<Long>> {

	private static final long PATIENCE_SECONDS = 120;

	private final Acknowledger<Acknowledged> acknowledger = (source, done, failed) -> settled(done, failed);

	private final CompletableFuture<Void> allSettled = new CompletableFuture<>();

	private final Numbers numbers;

	/** Used in the calls of the acknowledger, which come one at a time. */
	private int open;

	private @Nullable StageContext context;

	Acknowledged(int events) {
		this.numbers = new Numbers(events);
		this.open = events;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<Delivery<Long>> handleDemand(long demand) {
		List<Delivery<Long>> deliveries = Delivery.ofAll(this.numbers.take(demand), this.acknowledger, this);
		if (!this.numbers.hasNext()) {
			Objects.requireNonNull(this.context).complete();
		}
		return deliveries;
	}

	private void settled(List<Settlement> done, List<Settlement> failed) {
		if (!failed.isEmpty()) {
			this.allSettled.completeExceptionally(new IllegalStateException(failed.size() + " events have failed"));
		}
		this.open -= done.size();
		if (this.open == 0) {
			this.allSettled.complete(null);
		}
	}

	/** Waits until all events are settled. */
	void await() throws InterruptedException, ExecutionException, TimeoutException {
		this.allSettled.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
	}

}
