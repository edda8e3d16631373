package io.genstage.batch;

import java.util.List;
import java.util.function.Function;

import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that collects events and handles them batch by batch.
 *
 * <pre>{@code
 * BatchOptions options = BatchOptions.defaults().withSize(500);
 * system.start("rows", BatchConsumer.of(options, (List<Row> rows) -> table.insertAll(rows)));
 * system.start("mails", BatchConsumer.byKey(Order::customer, options, (batch) -> mail(batch.key(), batch.events())));
 * }</pre>
 *
 * Events in a batch count as unfinished, so that no more than the {@code maxDemand} of a
 * subscription are held for it. As many are asked for again as a batch had, when it has
 * been handled; {@code minDemand} has no meaning here. Events of one key are handled in
 * order.
 * <p>
 * What is open is handled as it is when the stage is drained, when it stops with a
 * {@linkplain ExitReason#isClean() clean} reason, and when its last subscription ends. If
 * the stage fails, the events in its batches are discarded, which is logged and counted.
 *
 * @param <E> the type of the events
 */
public final class BatchConsumer<E> implements ConsumerStage<E>, Batching {

	private final BatchSettings settings;

	private final Function<StageContext, Batcher<?, E, ?>> runs;

	private volatile @Nullable Batcher<?, E, ?> run;

	private BatchConsumer(BatchSettings settings, Function<StageContext, Batcher<?, E, ?>> runs) {
		this.settings = settings;
		this.runs = runs;
	}

	/**
	 * Creates a consumer with one open batch at a time.
	 * @param options how to collect
	 * @param handler handles the events of a batch
	 * @param <E> the type of the events
	 * @return the consumer
	 */
	public static <E> BatchConsumer<E> of(BatchOptions options, BatchHandler<? super List<E>> handler) {
		return byKey((event) -> Boolean.TRUE, options, (Batch<Boolean, E> batch) -> handler.handle(batch.events()));
	}

	/**
	 * Creates a consumer with an open batch for each key.
	 * @param key returns the key of an event: not {@code null}, with {@code equals} and
	 * {@code hashCode}; called by the stage
	 * @param options how to collect
	 * @param handler handles a batch
	 * @param <K> the type of the keys
	 * @param <E> the type of the events
	 * @return the consumer
	 */
	public static <K, E> BatchConsumer<E> byKey(Function<? super E, ? extends K> key, BatchOptions options,
			BatchHandler<? super Batch<K, E>> handler) {
		BatchSettings settings = new BatchSettings(options);
		return new BatchConsumer<>(settings, (context) -> new Batcher<K, E, Object>(context, settings, key, (batch) -> {
			handler.handle(batch);
			return List.of();
		}));
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
		Batcher<?, E, ?> current = this.run;
		return (current != null) ? current.backlog() : 0;
	}

	@Override
	public void onStart(StageContext context) {
		this.run = this.runs.apply(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		run().subscribe(subscription);
	}

	@Override
	public void handleEvents(List<E> events, Subscription from) {
		run().collect(events, from);
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (run().hear(message) == null) {
			ConsumerStage.super.onInfo(message);
		}
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		run().unsubscribe(subscription, cancellation);
	}

	@Override
	public void onDrain(StageContext context) {
		run().drain();
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		try {
			if (reason.isClean()) {
				run().finish();
			}
		}
		finally {
			run().giveUp(reason);
		}
	}

	private Batcher<?, E, ?> run() {
		Batcher<?, E, ?> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

}
