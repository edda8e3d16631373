package io.genstage.batch;

import java.util.List;
import java.util.function.Function;

import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer-consumer that collects events and turns them into others batch by batch.
 *
 * <pre>{@code
 * system.start("sums", BatchProducerConsumer.byKey(Sale::shop, options, (batch) -> List.of(sum(batch))));
 * }</pre>
 *
 * Events in a batch count as unfinished, so that no more than the {@code maxDemand} of a
 * subscription are held for it. As many are asked for again as a batch had, when it has
 * been handled; {@code minDemand} has no meaning here. Events of one key are handled in
 * order. Nothing is collected while no consumer asks for events; a batch that is closed
 * then is handled, and what it leads to waits for demand.
 * <p>
 * What is open is handled as it is when the stage is drained and when its last
 * subscription to a producer ends, also if the stage stops because of that with a
 * {@linkplain ExitReason#isClean() clean} reason. If it stops otherwise, when it can't
 * emit any more, the events in its batches are discarded, which is logged and counted.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
public final class BatchProducerConsumer<I, O> implements ProducerConsumerStage<I, O>, Batching {

	private final BatchSettings settings;

	private final Function<StageContext, Batcher<?, I, O>> runs;

	private volatile @Nullable Batcher<?, I, O> run;

	private BatchProducerConsumer(BatchSettings settings, Function<StageContext, Batcher<?, I, O>> runs) {
		this.settings = settings;
		this.runs = runs;
	}

	/**
	 * Creates a producer-consumer with one open batch at a time.
	 * @param options how to collect
	 * @param function turns the events of a batch into others
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the producer-consumer
	 */
	public static <I, O> BatchProducerConsumer<I, O> of(BatchOptions options,
			BatchFunction<? super List<I>, O> function) {
		return byKey((event) -> Boolean.TRUE, options, (Batch<Boolean, I> batch) -> function.apply(batch.events()));
	}

	/**
	 * Creates a producer-consumer with an open batch for each key.
	 * @param key returns the key of an event: not {@code null}, with {@code equals} and
	 * {@code hashCode}; called by the stage
	 * @param options how to collect
	 * @param function turns a batch into other events
	 * @param <K> the type of the keys
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the producer-consumer
	 */
	public static <K, I, O> BatchProducerConsumer<I, O> byKey(Function<? super I, ? extends K> key,
			BatchOptions options, BatchFunction<? super Batch<K, I>, O> function) {
		BatchSettings settings = new BatchSettings(options);
		return new BatchProducerConsumer<>(settings,
				(context) -> new Batcher<K, I, O>(context, settings, key, function::apply));
	}

	@Override
	public BatchOptions options() {
		return this.settings.options();
	}

	@Override
	public void change(BatchOptions options) {
		this.settings.change(options);
	}

	@Override
	public boolean asksItself() {
		return true;
	}

	@Override
	public long backlog() {
		Batcher<?, I, O> current = this.run;
		return (current != null) ? current.backlog() : 0;
	}

	@Override
	public void onStart(StageContext context) {
		this.run = this.runs.apply(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		if (peer == Peer.PRODUCER) {
			run().subscribe(subscription);
		}
	}

	@Override
	public List<O> handleEvents(List<I> events, Subscription from) {
		run().collect(events, from);
		return List.of();
	}

	@Override
	public List<O> onInfo(Object message) throws Exception {
		List<O> emitted = run().hear(message);
		return (emitted != null) ? emitted : ProducerConsumerStage.super.onInfo(message);
	}

	@Override
	public List<O> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) throws Exception {
		return (peer == Peer.PRODUCER) ? run().unsubscribe(subscription, cancellation) : List.of();
	}

	@Override
	public List<O> onDrain(StageContext context) {
		run().drain();
		return List.of();
	}

	@Override
	public void onStop(ExitReason reason) {
		run().giveUp(reason);
	}

	private Batcher<?, I, O> run() {
		Batcher<?, I, O> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

}
