package io.genstage.batch;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.genstage.Caller;
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
 * What is handled may be a consumer, which gets batches instead of what a producer has
 * sent at once, and all other callbacks as ever.
 * <p>
 * What is open is handled as it is when the stage is drained, when it stops with a
 * {@linkplain ExitReason#isClean() clean} reason, and when its last subscription ends. If
 * the stage fails, the events in its batches are discarded, which is logged and counted.
 *
 * @param <E> the type of the events
 */
public final class BatchConsumer<E> implements ConsumerStage<E>, Batching {

	private final LiveBatchOptions settings;

	private final ConsumerStage<?> consumer;

	private final Function<StageContext, Batcher<?, E, ?, ?>> runs;

	private volatile @Nullable Batcher<?, E, ?, ?> run;

	private BatchConsumer(LiveBatchOptions settings, ConsumerStage<?> consumer,
			Function<StageContext, Batcher<?, E, ?, ?>> runs) {
		this.settings = settings;
		this.consumer = consumer;
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
	 * {@code hashCode}, or an array, which counts by its content; called by the stage. An
	 * event for which it throws or returns {@code null} is discarded, which is logged and
	 * counted
	 * @param options how to collect
	 * @param handler handles a batch
	 * @param <K> the type of the keys
	 * @param <E> the type of the events
	 * @return the consumer
	 */
	public static <K, E> BatchConsumer<E> byKey(Function<? super E, ? extends K> key, BatchOptions options,
			BatchHandler<? super Batch<K, E>> handler) {
		LiveBatchOptions settings = new LiveBatchOptions(options);
		BatchTarget<K, E, Object> target = (batch) -> {
			handler.handle(batch);
			return List.of();
		};
		ConsumerStage<E> nothingElse = (events, from) -> {
		};
		return new BatchConsumer<>(settings, nothingElse,
				(context) -> new Batcher<K, E, E, Object>(context, settings, key, (event, from) -> event, target));
	}

	/**
	 * Collects events before a consumer, with one open batch at a time.
	 * @param options how to collect
	 * @param consumer gets all callbacks; its events come batch by batch, together with
	 * the subscription that the first of them came by. When the stage is drained, its
	 * {@code onDrain} comes behind its last batch
	 * @param <E> the type of the events
	 * @return the consumer of batches
	 * @throws IllegalArgumentException if the consumer asks for events itself, or reports
	 * itself what it has handled
	 */
	public static <E> BatchConsumer<E> before(BatchOptions options, ConsumerStage<E> consumer) {
		return before((event) -> true, options, (event, from) -> event, consumer);
	}

	/**
	 * Collects events before a consumer, with an open batch for each key.
	 * @param key returns the key of an event: not {@code null}, with {@code equals} and
	 * {@code hashCode}, or an array, which counts by its content; called by the stage. An
	 * event for which it throws or returns {@code null} is discarded, which is logged and
	 * counted
	 * @param options how to collect
	 * @param arrival returns what the consumer gets for an event, by the subscription it
	 * came by; called by the stage
	 * @param consumer gets all callbacks, as with
	 * {@link #before(BatchOptions, ConsumerStage)}
	 * @param <E> the type of the events that come
	 * @param <T> the type of the events that the consumer gets
	 * @return the consumer of batches
	 * @throws IllegalArgumentException if the consumer asks for events itself, or reports
	 * itself what it has handled
	 */
	public static <E, T> BatchConsumer<E> before(Function<? super E, ?> key, BatchOptions options,
			BiFunction<? super E, ? super Subscription, ? extends T> arrival, ConsumerStage<T> consumer) {
		SelfAsking.refuse(consumer, consumer.asksItself(), consumer.reportsHandled());
		LiveBatchOptions settings = new LiveBatchOptions(options);
		return new BatchConsumer<>(settings, consumer,
				(context) -> new Batcher<Object, E, CollectedEvent<T>, Object>(context, settings, key,
						(event, from) -> new CollectedEvent<>(arrival.apply(event, from), from),
						new Consuming<>(consumer)));
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
	public boolean reportsHandled() {
		return true;
	}

	@Override
	public long backlog() {
		Batcher<?, E, ?, ?> current = this.run;
		return this.consumer.backlog() + ((current != null) ? current.backlog() : 0);
	}

	@Override
	public boolean isRestartable() {
		return this.consumer.isRestartable();
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.run = this.runs.apply(context);
		this.consumer.onStart(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		this.consumer.onSubscribe(peer, subscription);
		run().subscribe(subscription);
	}

	@Override
	public void onRetune(Subscription subscription) {
		run().retune(subscription);
	}

	@Override
	public void handleEvents(List<E> events, Subscription from) {
		run().collect(events, from);
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (run().hear(message) == null) {
			this.consumer.onInfo(message);
		}
	}

	@Override
	public void onCall(Object request, Caller caller) throws Exception {
		this.consumer.onCall(request, caller);
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		run().unsubscribe(subscription, cancellation);
	}

	@Override
	public void onFlush() throws Exception {
		run().flush();
		this.consumer.onFlush();
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
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
			run().giveUp();
			this.consumer.onStop(reason);
		}
	}

	private Batcher<?, E, ?, ?> run() {
		Batcher<?, E, ?, ?> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

	/**
	 * Lets the consumer handle batches.
	 */
	private record Consuming<T>(ConsumerStage<T> consumer) implements BatchTarget<Object, CollectedEvent<T>, Object> {

		@Override
		public List<Object> handle(Batch<Object, CollectedEvent<T>> batch) throws Exception {
			this.consumer.handleEvents(CollectedEvent.events(batch), CollectedEvent.from(batch));
			return List.of();
		}

		@Override
		public List<Object> leave(Subscription subscription, Cancellation cancellation) throws Exception {
			this.consumer.onCancel(subscription, cancellation);
			return List.of();
		}

		@Override
		public List<Object> drain(StageContext context) throws Exception {
			this.consumer.onDrain(context);
			return List.of();
		}

	}

}
