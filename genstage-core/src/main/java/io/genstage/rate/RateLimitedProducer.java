package io.genstage.rate;

import java.util.List;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.dispatch.Demand;
import org.jspecify.annotations.Nullable;

/**
 * A producer that gets demand no faster than a limit allows.
 *
 * <pre>{@code
 * RateLimitedProducer<Integer> numbers = RateLimitedProducer
 *     .of(RateLimit.of(1000, Duration.ofMinutes(1)), Sources.iterable(list));
 * }</pre>
 *
 * The rest of the demand waits here. Tokens that come within 10 ms are handed on
 * together. If the producer emits more than it got demand for, that passes at once, and
 * is made up for by less demand later; the same goes for demand that it got before the
 * limit was lowered.
 *
 * @param <E> the type of the events
 */
public final class RateLimitedProducer<E> implements ProducerStage<E>, RateLimited {

	private final RateAccount rate;

	private final ProducerStage<E> producer;

	private @Nullable Limiter limiter;

	/** Demand that the producer has not got yet. */
	private long waiting;

	/** Demand that it has got and has not met yet. */
	private long told;

	private RateLimitedProducer(RateAccount rate, ProducerStage<E> producer) {
		this.rate = rate;
		this.producer = producer;
	}

	/**
	 * Limits a producer.
	 * @param limit the limit to begin with; the burst is saved up when the stage starts
	 * for the first time
	 * @param producer gets all callbacks
	 * @param <E> the type of the events
	 * @return the limited producer
	 */
	public static <E> RateLimitedProducer<E> of(RateLimit limit, ProducerStage<E> producer) {
		return new RateLimitedProducer<>(new RateAccount(limit), producer);
	}

	/**
	 * Limits a producer together with others, such as the other instances of its stage.
	 * @param rate the rate that they share
	 * @param producer gets all callbacks
	 * @param <E> the type of the events
	 * @return the limited producer
	 */
	public static <E> RateLimitedProducer<E> of(RateAccount rate, ProducerStage<E> producer) {
		return new RateLimitedProducer<>(rate, producer);
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
	public long backlog() {
		return this.producer.backlog();
	}

	@Override
	public boolean isRestartable() {
		return this.producer.isRestartable();
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.limiter = new Limiter(context, this.rate);
		this.waiting = 0;
		this.told = 0;
		this.producer.onStart(context);
	}

	@Override
	public List<E> handleDemand(long demand) throws Exception {
		this.waiting = Demand.add(this.waiting, demand);
		return tellDemand();
	}

	@Override
	public long withdrawDemand(long demand) throws Exception {
		long untold = Math.min(demand, this.waiting);
		this.waiting -= untold;
		long told = Math.min(demand - untold, this.told);
		long withdrawn = (told > 0) ? this.producer.withdrawDemand(told) : 0;
		this.told -= withdrawn;
		want();
		return untold + withdrawn;
	}

	/** Claims tokens for all demand, also for that which the producer has not met yet. */
	private void want() {
		limiter().want(Demand.add(this.told, this.waiting), this.told == 0);
	}

	private List<E> tellDemand() throws Exception {
		want();
		long granted = limiter().grant(this.waiting, this.told);
		if (granted == 0) {
			return List.of();
		}
		this.waiting -= granted;
		this.told += granted;
		return passing(this.producer.handleDemand(granted));
	}

	/**
	 * Counts what is emitted, and sees to it that demand which waits is passed on in
	 * time.
	 */
	private List<E> passing(List<E> emitted) {
		limiter().pass(emitted.size());
		this.told = Math.max(this.told - emitted.size(), 0);
		want();
		if (this.waiting > 0) {
			limiter().wakeForMore(this.waiting, this.told);
		}
		return emitted;
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		return limiter().hears(message) ? tellDemand() : passing(this.producer.onInfo(message));
	}

	@Override
	public List<E> onCall(Object request, Caller caller) throws Exception {
		return passing(this.producer.onCall(request, caller));
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) throws Exception {
		this.producer.onSubscribe(peer, subscription);
	}

	@Override
	public List<E> onCancel(Subscription subscription, Cancellation cancellation) throws Exception {
		return passing(this.producer.onCancel(subscription, cancellation));
	}

	@Override
	public boolean onDiscard(List<E> events) throws Exception {
		return this.producer.onDiscard(events);
	}

	@Override
	public void onFlush() throws Exception {
		this.producer.onFlush();
	}

	@Override
	public boolean onDrainBegin(StageContext context) throws Exception {
		return this.producer.onDrainBegin(context);
	}

	@Override
	public void onConsumersGone(@Nullable ExitReason cause) throws Exception {
		this.producer.onConsumersGone(cause);
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
		this.producer.onDrain(context);
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		limiter().close();
		this.producer.onStop(reason);
	}

	private Limiter limiter() {
		if (this.limiter == null) {
			throw new IllegalStateException("not started");
		}
		return this.limiter;
	}

}
