package io.genstage.rate;

import java.util.List;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that gets its events no faster than a limit allows.
 *
 * <pre>{@code
 * RateLimitedConsumer<Mail> mailer = RateLimitedConsumer.of(RateLimit.of(100, Duration.ofSeconds(1)), this::send);
 * system.start("mailer", mailer).subscribeTo(outbox, SubscribeOptions.defaults());
 * mailer.change(RateLimit.of(10, Duration.ofSeconds(1)));
 * }</pre>
 *
 * The limit holds over all its subscriptions. It asks for no more events than may pass,
 * so that the rest waits upstream, and for at most {@code maxDemand} of each
 * subscription; {@code minDemand} has no meaning here. Tokens that come within 10 ms are
 * asked for together. Events come too early if several producers send what they were
 * asked for at the same time, or if the limit is lowered meanwhile; they are held back
 * and count as backlog.
 * <p>
 * A consumer that {@linkplain ConsumerStage#asksItself() asks itself}, such as a task or
 * batch consumer, is limited too: what it asks for waits until it may pass.
 * <p>
 * When the stage is drained, what it holds back still passes by the limit; when it stops
 * in good order since a producer has ended, at once. If it stops otherwise, what it holds
 * back is discarded, which is logged and counted.
 *
 * @param <E> the type of the events
 */
public final class RateLimitedConsumer<E> implements ConsumerStage<E>, RateLimited {

	private final RateAccount rate;

	private final ConsumerStage<E> consumer;

	private volatile @Nullable LimitedInflow<E, ?> run;

	private RateLimitedConsumer(RateAccount rate, ConsumerStage<E> consumer) {
		this.rate = rate;
		this.consumer = consumer;
	}

	/**
	 * Limits a consumer.
	 * @param limit the limit to begin with; the burst is saved up when the stage starts
	 * for the first time
	 * @param consumer gets all callbacks
	 * @param <E> the type of the events
	 * @return the limited consumer
	 */
	public static <E> RateLimitedConsumer<E> of(RateLimit limit, ConsumerStage<E> consumer) {
		return new RateLimitedConsumer<>(new RateAccount(limit), consumer);
	}

	/**
	 * Limits a consumer together with others, such as the other instances of its stage.
	 * @param rate the rate that they share
	 * @param consumer gets all callbacks
	 * @param <E> the type of the events
	 * @return the limited consumer
	 */
	public static <E> RateLimitedConsumer<E> of(RateAccount rate, ConsumerStage<E> consumer) {
		return new RateLimitedConsumer<>(rate, consumer);
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
		LimitedInflow<E, ?> current = this.run;
		return this.consumer.backlog() + ((current != null) ? current.backlog() : 0);
	}

	@Override
	public boolean isRestartable() {
		return this.consumer.isRestartable();
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.run = new LimitedInflow<>(context, new Limiter(context, this.rate), new Passing<>(this.consumer, context));
		this.consumer.onStart(context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		run().subscribe(subscription);
	}

	@Override
	public void onRetune(Subscription subscription) throws Exception {
		run().retune(subscription);
	}

	@Override
	public void handleEvents(List<E> events, Subscription from) throws Exception {
		run().receive(events, from);
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
		this.consumer.onFlush();
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
		run().drain();
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		run().giveUp();
		this.consumer.onStop(reason);
	}

	private LimitedInflow<E, ?> run() {
		LimitedInflow<E, ?> current = this.run;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

	/**
	 * Lets the consumer handle what passes.
	 */
	private record Passing<E>(ConsumerStage<E> consumer,
			StageContext context) implements LimitedInflow.Limited<E, Object> {

		@Override
		public boolean asksItself() {
			return this.consumer.asksItself();
		}

		@Override
		public boolean reportsHandled() {
			return this.consumer.reportsHandled();
		}

		@Override
		public void subscribe(Subscription subscription) throws Exception {
			this.consumer.onSubscribe(Peer.PRODUCER, subscription);
		}

		@Override
		public void retune(Subscription subscription) throws Exception {
			this.consumer.onRetune(subscription);
		}

		@Override
		public List<Object> handle(List<E> events, Subscription from) throws Exception {
			this.consumer.handleEvents(events, from);
			return List.of();
		}

		@Override
		public List<Object> end(Subscription subscription, Cancellation cancellation) throws Exception {
			this.consumer.onCancel(subscription, cancellation);
			return List.of();
		}

		@Override
		public List<Object> drain() throws Exception {
			this.consumer.onDrain(this.context);
			return List.of();
		}

	}

}
