package io.genstage.rate;

import java.util.List;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer-consumer that gets its events no faster than a limit allows. What it makes
 * of them is not limited.
 *
 * <pre>{@code
 * RateLimitedProducerConsumer<Order, Order> throttle = RateLimitedProducerConsumer
 *     .of(RateLimit.of(100, Duration.ofSeconds(1)), (orders, from) -> orders);
 * }</pre>
 *
 * The limit holds over all its subscriptions to producers. It asks for no more events
 * than may pass, so that the rest waits upstream, and for at most {@code maxDemand} of
 * each subscription; {@code minDemand} has no meaning here. Tokens that come within 10 ms
 * are asked for together. Events come too early if several producers send what they were
 * asked for at the same time, or if the limit is lowered meanwhile; they are held back
 * and count as backlog.
 * <p>
 * A stage that {@linkplain ProducerConsumerStage#asksItself() asks itself}, such as a
 * batching one, is limited too: what it asks for waits until it may pass.
 * <p>
 * When the stage is drained, what it holds back still passes by the limit; when it stops
 * in good order since a producer has ended, at once. If it stops otherwise, what it holds
 * back is discarded, which is logged and counted.
 *
 * @param <I> the type of the events it receives
 * @param <O> the type of the events it emits
 */
public final class RateLimitedProducerConsumer<I, O> implements ProducerConsumerStage<I, O>, RateLimited {

	private final RateAccount rate;

	private final ProducerConsumerStage<I, O> stage;

	private volatile @Nullable LimitedInflow<I, O> run;

	private RateLimitedProducerConsumer(RateAccount rate, ProducerConsumerStage<I, O> stage) {
		this.rate = rate;
		this.stage = stage;
	}

	/**
	 * Limits a producer-consumer.
	 * @param limit the limit to begin with; the burst is saved up when the stage starts
	 * for the first time
	 * @param stage gets all callbacks
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the limited producer-consumer
	 */
	public static <I, O> RateLimitedProducerConsumer<I, O> of(RateLimit limit, ProducerConsumerStage<I, O> stage) {
		return new RateLimitedProducerConsumer<>(new RateAccount(limit), stage);
	}

	/**
	 * Limits a producer-consumer together with others, such as the other instances of its
	 * stage.
	 * @param rate the rate that they share
	 * @param stage gets all callbacks
	 * @param <I> the type of the events it receives
	 * @param <O> the type of the events it emits
	 * @return the limited producer-consumer
	 */
	public static <I, O> RateLimitedProducerConsumer<I, O> of(RateAccount rate, ProducerConsumerStage<I, O> stage) {
		return new RateLimitedProducerConsumer<>(rate, stage);
	}

	@Override
	public RateLimit limit() {
		return this.rate.limit();
	}

	@Override
	public void change(RateLimit limit) {
		this.rate.change(limit);
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
		LimitedInflow<I, O> current = this.run;
		return this.stage.backlog() + ((current != null) ? current.backlog() : 0);
	}

	@Override
	public boolean isRestartable() {
		return this.stage.isRestartable();
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.run = new LimitedInflow<>(context, new Limiter(context, this.rate), new Passing<>(this.stage, context));
		this.stage.onStart(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		if (peer == Peer.PRODUCER) {
			run().subscribe(subscription);
		}
		else {
			this.stage.onSubscribe(peer, subscription);
		}
	}

	@Override
	public void onRetune(Subscription subscription) throws Exception {
		run().retune(subscription);
	}

	@Override
	public List<O> handleEvents(List<I> events, Subscription from) throws Exception {
		return run().receive(events, from);
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
	public List<O> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) throws Exception {
		return (peer == Peer.PRODUCER) ? run().unsubscribe(subscription, cancellation)
				: this.stage.onCancel(peer, subscription, cancellation);
	}

	@Override
	public boolean onDiscard(List<O> events) throws Exception {
		return this.stage.onDiscard(events);
	}

	@Override
	public void onFlush() throws Exception {
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

	private LimitedInflow<I, O> run() {
		LimitedInflow<I, O> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

	/**
	 * Lets the stage handle what passes.
	 */
	private record Passing<I, O>(ProducerConsumerStage<I, O> stage,
			StageContext context) implements LimitedInflow.Limited<I, O> {

		@Override
		public boolean asksItself() {
			return this.stage.asksItself();
		}

		@Override
		public boolean reportsHandled() {
			return this.stage.reportsHandled();
		}

		@Override
		public void subscribe(Subscription subscription) throws Exception {
			this.stage.onSubscribe(Peer.PRODUCER, subscription);
		}

		@Override
		public void retune(Subscription subscription) throws Exception {
			this.stage.onRetune(subscription);
		}

		@Override
		public List<O> handle(List<I> events, Subscription from) throws Exception {
			return this.stage.handleEvents(events, from);
		}

		@Override
		public List<O> end(Subscription subscription, Cancellation cancellation) throws Exception {
			return this.stage.onCancel(Peer.PRODUCER, subscription, cancellation);
		}

		@Override
		public List<O> drain() throws Exception {
			return this.stage.onDrain(this.context);
		}

	}

}
