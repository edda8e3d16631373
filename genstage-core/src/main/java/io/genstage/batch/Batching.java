package io.genstage.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.genstage.delivery.Delivery;

/**
 * How a stage collects its events, which it then handles {@link Batch} by batch. Its
 * instances share this, and each collects batches of its own.
 *
 * <pre>{@code
 * BatchOptions options = BatchOptions.defaults().withSize(500);
 * system.start("rows", table, StageOptions.defaults().withBatching(Batching.of(options)));
 * system.start("mails", mailer, StageOptions.defaults().withBatching(Batching.byKey(Order::customer, options)));
 * }</pre>
 *
 * Events in a batch count as unfinished, so that no more than the {@code maxDemand} of a
 * subscription are held for it. As many are asked for again as a batch had, when it has
 * been handled; {@code minDemand} has no meaning here. Events of one key are handled in
 * order. A batch of events that came by several subscriptions is handled together with
 * the subscription of the first; each counts for its own.
 * <p>
 * What is open is handled as it is when the stage is drained and when its last
 * subscription ends; a consumer does so too when it stops with a
 * {@linkplain io.genstage.ExitReason#isClean() clean} reason. If the stage fails, the
 * events in its batches are discarded, which is logged and counted.
 * <p>
 * A producer-consumer collects nothing while no consumer asks for events; a batch that is
 * closed then is handled, and what it leads to waits for demand.
 * <p>
 * The options can be changed while stages run. Any thread may use this.
 *
 * @param <E> the type of the events
 */
public final class Batching<E> {

	/** The greatest weight of a batch, for one that isn't weighed. */
	private static final long ANY_WEIGHT = Long.MAX_VALUE;

	private final Function<? super E, ?> key;

	private final ToLongFunction<? super E> weight;

	private final long maxWeight;

	private final BatchOptions configured;

	/** Held for a few steps, never while others are called. */
	private final ReentrantLock lock = new ReentrantLock();

	private final List<BatchRun> runs = new ArrayList<>();

	private volatile BatchOptions options;

	private Batching(Function<? super E, ?> key, ToLongFunction<? super E> weight, long maxWeight,
			BatchOptions options) {
		this.key = key;
		this.weight = weight;
		this.maxWeight = maxWeight;
		this.configured = options;
		this.options = options;
	}

	/**
	 * Collects events with one open batch at a time.
	 * @param options the options to begin with
	 * @param <E> the type of the events
	 * @return the batching
	 */
	public static <E> Batching<E> of(BatchOptions options) {
		return byKey((event) -> true, options);
	}

	/**
	 * Collects events with an open batch for each key.
	 * @param key returns the key of an event: not {@code null}, with {@code equals} and
	 * {@code hashCode}, or an array, which counts by its content; called by the stage. An
	 * event for which it throws or returns {@code null} is discarded, which is logged and
	 * counted
	 * @param options the options to begin with
	 * @param <E> the type of the events
	 * @return the batching
	 */
	public static <E> Batching<E> byKey(Function<? super E, ?> key, BatchOptions options) {
		return new Batching<>(Objects.requireNonNull(key, "key must not be null"), (event) -> 0, ANY_WEIGHT, options);
	}

	/**
	 * Returns a batching that also limits what a batch weighs, such as its bytes. A batch
	 * is closed before an event by which it would weigh too much; an event that weighs
	 * more than that has a batch of its own. A limit of the weight can't be changed while
	 * stages run.
	 *
	 * <pre>{@code
	 * Batching.<Document>of(BatchOptions.defaults()).withWeight(Document::bytes, 5_000_000)
	 * }</pre>
	 * @param weight returns the weight of an event, at least 0; called by the stage. An
	 * event for which it throws or returns less is discarded, which is logged and counted
	 * @param maxWeight the most that the events of a batch weigh together, at least 1
	 * @return another batching, with the options that this was made with
	 */
	public Batching<E> withWeight(ToLongFunction<? super E> weight, long maxWeight) {
		if (maxWeight < 1) {
			throw new IllegalArgumentException("maxWeight must be >= 1, was " + maxWeight);
		}
		return new Batching<>(this.key, Objects.requireNonNull(weight, "weight must not be null"), maxWeight,
				this.configured);
	}

	/**
	 * Returns the options in force.
	 * @return the options
	 */
	public BatchOptions options() {
		return this.options;
	}

	/**
	 * Changes the options, for all instances at once; they stay over a restart. No event
	 * is lost or handled twice: running stages close the batches that are too large now,
	 * cut to the new size, and those that are too old or too many.
	 * @param options the new options
	 * @throws IllegalArgumentException if the size is more than the {@code maxDemand} of
	 * a subscription of a running stage
	 */
	public void change(BatchOptions options) {
		List<BatchRun> running;
		this.lock.lock();
		try {
			running = List.copyOf(this.runs);
			running.forEach((run) -> run.check(options));
			this.options = options;
		}
		finally {
			this.lock.unlock();
		}
		running.forEach(BatchRun::wake);
	}

	/**
	 * Returns the options that it was made with.
	 * @return what {@link #reset} goes back to
	 */
	public BatchOptions configured() {
		return this.configured;
	}

	/**
	 * Changes the options to those that it was made with.
	 * @throws IllegalArgumentException as {@link #change}
	 */
	public void reset() {
		change(this.configured);
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	Object keyOf(E event) {
		return this.key.apply((E) Delivery.payload(event));
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	long weightOf(E event) {
		return this.weight.applyAsLong((E) Delivery.payload(event));
	}

	long maxWeight() {
		return this.maxWeight;
	}

	/** A run begins, which reads the options behind this. */
	void join(BatchRun run) {
		this.lock.lock();
		try {
			this.runs.add(run);
		}
		finally {
			this.lock.unlock();
		}
	}

	void leave(BatchRun run) {
		this.lock.lock();
		try {
			this.runs.remove(run);
		}
		finally {
			this.lock.unlock();
		}
	}

}
