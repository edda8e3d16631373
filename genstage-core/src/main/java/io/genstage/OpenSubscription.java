package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.demand.Counter;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * One edge, as both of its sides and the dispatcher know it. Its counters are each
 * written by one side and read by anybody.
 */
final class OpenSubscription implements Subscription, Subscriber {

	private final long id;

	private final StageRef producer;

	private final StageRef consumer;

	private volatile SubscribeOptions options;

	/** Whether demand is manual because the consumer's stage wants it so. */
	private volatile boolean askedByStage;

	/** Whether what is asked for by hand has to wait for the rate of the consumer. */
	private volatile boolean throughGate;

	private volatile boolean suspended;

	/** Events asked for while the consumer is paused. */
	private final Counter heldBack = new Counter();

	/** Whether the producer knows the subscription; used by the producer only. */
	private boolean accepted;

	/** What the consumer knows of the subscription; used by the consumer only. */
	private @Nullable Inbound inbound;

	/** Set when one of the sides has forgotten the subscription. */
	private volatile boolean closed;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	/** Events asked for; written by the consumer, or by anybody if demand is manual. */
	final Counter asked = new Counter();

	/** Events sent; written by the producer. */
	final Counter sent = new Counter();

	/** How often the consumer had nothing though there were events; by the producer. */
	final Counter starved = new Counter();

	/** Events handled or lost; written by the consumer. */
	final Counter settled = new Counter();

	/** Events lost; written by the consumer. */
	final Counter discarded = new Counter();

	/** Events that have come; used by the consumer only. */
	private long received;

	/** Events that came to a consumer that had stopped; used by its mailbox only. */
	private int bounced;

	OpenSubscription(long id, StageRef producer, StageRef consumer, SubscribeOptions options) {
		this.id = id;
		this.producer = producer;
		this.consumer = consumer;
		this.options = options;
	}

	/** Returns what is behind a subscription, since there is no other kind. */
	static OpenSubscription of(Subscription subscription) {
		return (OpenSubscription) subscription;
	}

	@Override
	public long id() {
		return this.id;
	}

	@Override
	public StageRef producer() {
		return this.producer;
	}

	@Override
	public StageRef consumer() {
		return this.consumer;
	}

	@Override
	public SubscribeOptions options() {
		return this.options;
	}

	@Override
	public @Nullable Object attribute(String name) {
		// Who asks by hand, or at a rate, may begin with less.
		if (name.equals(MAX_DEMAND)) {
			return this.options.maxDemand();
		}
		return this.options.attributes().get(name);
	}

	/** Returns the place that the subscription takes, or null if it takes none. */
	@Nullable Place place() {
		return (this.options.attributes().get(PLACE) instanceof Place place) ? place : null;
	}

	@Override
	public void ask(long demand) {
		if (!this.options.manual()) {
			throw new IllegalStateException(
					"%s asks by itself: subscribe with manual demand to ask by hand".formatted(this));
		}
		if (demand < 0) {
			throw new IllegalArgumentException("demand must be >= 0, was " + demand);
		}
		if (this.throughGate) {
			tellConsumer(new Message.Want(this, demand));
		}
		else {
			askByHand(admit(demand));
		}
	}

	private void askByHand(long demand) {
		if (demand > 0 && !this.closed) {
			this.asked.addShared(demand);
			tellProducer(new Message.Ask(this, demand));
		}
	}

	/*
	 * Any thread may ask by hand while the stage resumes. So what was held back is looked
	 * at again behind the flag, and belongs to whoever takes it first.
	 */

	/** Returns for how many to ask now: none while the consumer is paused. */
	long admit(long demand) {
		if (!this.suspended) {
			return demand;
		}
		this.heldBack.addShared(demand);
		return this.suspended ? 0 : this.heldBack.takeShared();
	}

	void suspend() {
		this.suspended = true;
	}

	/** Goes on and returns for how many to ask by itself now. */
	long release() {
		this.suspended = false;
		long demand = this.heldBack.takeShared();
		if (this.options.manual()) {
			askByHand(demand);
			return 0;
		}
		return demand;
	}

	/** Called by the consumer: asks for what may come now. */
	void askGranted(long demand) {
		askByHand(admit(demand));
	}

	/** Called by the consumer, whose rate is limited. */
	void askThroughGate(boolean throughGate) {
		this.throughGate = throughGate;
	}

	/** Called by the consumer: asking by hand is up to the stage, not to its user. */
	void letStageAsk() {
		this.askedByStage = true;
	}

	@Override
	public CompletionStage<@Nullable Void> retune(int maxDemand, int minDemand) {
		if (this.options.manual() && !this.askedByStage) {
			throw new IllegalStateException("%s has manual demand, which has no limits to change".formatted(this));
		}
		SubscribeOptions tuned = this.options.withMaxDemand(maxDemand).withMinDemand(minDemand);
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		tellConsumer(new Message.Retune(this, tuned, done));
		return StageRef.answer(done, this.consumer::equals);
	}

	/** Called by the consumer. */
	void retuned(SubscribeOptions tuned) {
		this.options = tuned;
	}

	@Override
	public void cancel(ExitReason reason) {
		tellProducer(new Message.Cancel(this, Cancellation.cancel(reason)));
	}

	boolean isAccepted() {
		return this.accepted;
	}

	/** Called by the producer. */
	void setAccepted(boolean accepted) {
		this.accepted = accepted;
	}

	/** Returns null if the consumer doesn't know the subscription yet or any more. */
	@Nullable Inbound inbound() {
		return this.inbound;
	}

	/** Called by the consumer. */
	void setInbound(@Nullable Inbound inbound) {
		this.inbound = inbound;
	}

	/** Called by the consumer. */
	void receive(int events) {
		this.received += events;
	}

	/** Called by the consumer: returns how many events have come and are not settled. */
	int unsettled() {
		return (int) (this.received - this.settled.get());
	}

	/**
	 * Called by the producer: returns whether the consumer has finished all that it was
	 * sent, and has asked for more.
	 */
	boolean isStarving() {
		long sent = this.sent.get();
		return this.settled.get() == sent && this.asked.get() > sent;
	}

	/**
	 * Called by the producer: returns whether the consumer has finished all it was sent.
	 */
	boolean isDry() {
		long sent = this.sent.get();
		return sent > 0 && this.settled.get() == sent;
	}

	/** Called by the consumer's mailbox. */
	void bounce(int events) {
		this.bounced += events;
	}

	/** Returns how many events have come to a consumer that had stopped. */
	int bounced() {
		return this.bounced;
	}

	/** Called by both sides, each when it forgets the subscription. */
	void close() {
		this.closed = true;
	}

	void tellProducer(Message message) {
		this.producer.mailbox().tell(message);
	}

	void tellConsumer(Message message) {
		this.consumer.mailbox().tell(message);
	}

	@Override
	public CompletionStage<@Nullable Void> whenEnded() {
		return StageRef.answer(this.ended, this.consumer::equals);
	}

	/** Called when the consumer, or its mailbox, has met the end of this subscription. */
	void end() {
		this.closed = true;
		this.ended.complete(null);
	}

	/** Returns whether the consumer has met the end of this subscription. */
	boolean isEnded() {
		return this.ended.isDone();
	}

	@Override
	public SubscriptionStatus status() {
		return new SubscriptionStatus(this.id, this.producer.name(), this.consumer.name(), this.options, counts());
	}

	SubscriptionCounts counts() {
		// Read against the stream, so that no difference is ever negative.
		long discarded = this.discarded.get();
		long settled = this.settled.get();
		long sent = this.sent.get();
		long asked = this.asked.get();
		return new SubscriptionCounts(asked, sent, settled, discarded, this.starved.get());
	}

	@Override
	public String toString() {
		return "subscription %d of %s to %s".formatted(this.id, this.consumer.name(), this.producer.name());
	}

}
