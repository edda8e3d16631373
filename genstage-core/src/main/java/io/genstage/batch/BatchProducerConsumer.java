package io.genstage.batch;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.genstage.Caller;
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
 * What is handled may be a producer-consumer, which gets batches instead of what a
 * producer has sent at once, and all other callbacks as ever.
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

	private final LiveBatchOptions settings;

	private final ProducerConsumerStage<?, O> stage;

	private final Function<StageContext, Batcher<?, I, ?, O>> runs;

	private volatile @Nullable Batcher<?, I, ?, O> run;

	private BatchProducerConsumer(LiveBatchOptions settings, ProducerConsumerStage<?, O> stage,
			Function<StageContext, Batcher<?, I, ?, O>> runs) {
		this.settings = settings;
		this.stage = stage;
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
	 * {@code hashCode}, or an array, which counts by its content; called by the stage. An
	 * event for which it throws or returns {@code null} is discarded, which is logged and
	 * counted
	 * @param options how to collect
	 * @param function turns a batch into other events
	 * @param <K> the type of the keys
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the producer-consumer
	 */
	public static <K, I, O> BatchProducerConsumer<I, O> byKey(Function<? super I, ? extends K> key,
			BatchOptions options, BatchFunction<? super Batch<K, I>, O> function) {
		LiveBatchOptions settings = new LiveBatchOptions(options);
		ProducerConsumerStage<I, O> nothingElse = (events, from) -> List.of();
		return new BatchProducerConsumer<>(settings, nothingElse,
				(context) -> new Batcher<K, I, I, O>(context, settings, key, (event, from) -> event, function::apply));
	}

	/**
	 * Collects events before a producer-consumer, with one open batch at a time.
	 * @param options how to collect
	 * @param stage gets all callbacks; its events come batch by batch, together with the
	 * subscription that the first of them came by. When the stage is drained, its
	 * {@code onDrain} comes behind its last batch
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the producer-consumer of batches
	 * @throws IllegalArgumentException if the producer-consumer asks for events itself,
	 * or reports itself what it has handled
	 */
	public static <I, O> BatchProducerConsumer<I, O> before(BatchOptions options, ProducerConsumerStage<I, O> stage) {
		return before((event) -> true, options, (event, from) -> event, stage);
	}

	/**
	 * Collects events before a producer-consumer, with an open batch for each key.
	 * @param key returns the key of an event: not {@code null}, with {@code equals} and
	 * {@code hashCode}, or an array, which counts by its content; called by the stage. An
	 * event for which it throws or returns {@code null} is discarded, which is logged and
	 * counted
	 * @param options how to collect
	 * @param arrival returns what the producer-consumer gets for an event, by the
	 * subscription it came by; called by the stage
	 * @param stage gets all callbacks, as with
	 * {@link #before(BatchOptions, ProducerConsumerStage)}
	 * @param <I> the type of the events that come
	 * @param <T> the type of the events that the producer-consumer gets
	 * @param <O> the type of the events it emits
	 * @return the producer-consumer of batches
	 * @throws IllegalArgumentException if the producer-consumer asks for events itself,
	 * or reports itself what it has handled
	 */
	public static <I, T, O> BatchProducerConsumer<I, O> before(Function<? super I, ?> key, BatchOptions options,
			BiFunction<? super I, ? super Subscription, ? extends T> arrival, ProducerConsumerStage<T, O> stage) {
		SelfAsking.refuse(stage, stage.asksItself(), stage.reportsHandled());
		LiveBatchOptions settings = new LiveBatchOptions(options);
		return new BatchProducerConsumer<>(settings, stage,
				(context) -> new Batcher<Object, I, CollectedEvent<T>, O>(context, settings, key,
						(event, from) -> new CollectedEvent<>(arrival.apply(event, from), from), new Turning<>(stage)));
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
		Batcher<?, I, ?, O> current = this.run;
		return this.stage.backlog() + ((current != null) ? current.backlog() : 0);
	}

	@Override
	public boolean isRestartable() {
		return this.stage.isRestartable();
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.run = this.runs.apply(context);
		this.stage.onStart(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		this.stage.onSubscribe(peer, subscription);
		if (peer == Peer.PRODUCER) {
			run().subscribe(subscription);
		}
	}

	@Override
	public void onRetune(Subscription subscription) {
		run().retune(subscription);
	}

	@Override
	public List<O> handleEvents(List<I> events, Subscription from) {
		run().collect(events, from);
		return List.of();
	}

	@Override
	public List<O> onInfo(Object message) throws Exception {
		List<O> emitted = run().hear(message);
		return (emitted != null) ? emitted : this.stage.onInfo(message);
	}

	@Override
	public List<O> onCall(Object request, Caller caller) throws Exception {
		return this.stage.onCall(request, caller);
	}

	@Override
	public boolean onDiscard(List<O> events) throws Exception {
		return this.stage.onDiscard(events);
	}

	@Override
	public List<O> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) throws Exception {
		return (peer == Peer.PRODUCER) ? run().unsubscribe(subscription, cancellation)
				: this.stage.onCancel(peer, subscription, cancellation);
	}

	@Override
	public void onFlush() throws Exception {
		run().flush();
		this.stage.onFlush();
	}

	@Override
	public List<O> onDrain(StageContext context) throws Exception {
		return run().drain();
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		run().giveUp();
		this.stage.onStop(reason);
	}

	private Batcher<?, I, ?, O> run() {
		Batcher<?, I, ?, O> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

	/**
	 * Lets the stage turn batches into other events.
	 */
	private record Turning<T, O>(
			ProducerConsumerStage<T, O> stage) implements BatchTarget<Object, CollectedEvent<T>, O> {

		@Override
		public List<O> handle(Batch<Object, CollectedEvent<T>> batch) throws Exception {
			return this.stage.handleEvents(CollectedEvent.events(batch), CollectedEvent.from(batch));
		}

		@Override
		public List<O> leave(Subscription subscription, Cancellation cancellation) throws Exception {
			return this.stage.onCancel(Peer.PRODUCER, subscription, cancellation);
		}

		@Override
		public List<O> drain(StageContext context) throws Exception {
			return this.stage.onDrain(context);
		}

	}

}
