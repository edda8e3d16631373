package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * One edge, as both of its sides and the dispatcher know it. Its counters are each
 * written by one side and read by anybody.
 */
final class Link implements Subscription, Subscriber {

	private final long id;

	private final StageRef producer;

	private final StageRef consumer;

	private final SubscribeOptions options;

	/** Set when one of the sides has forgotten the subscription. */
	private volatile boolean closed;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	/** Events asked for; written by the consumer, or by anybody if demand is manual. */
	final Counter asked = new Counter();

	/** Events sent; written by the producer. */
	final Counter sent = new Counter();

	/** Events handled or lost; written by the consumer. */
	final Counter settled = new Counter();

	Link(long id, StageRef producer, StageRef consumer, SubscribeOptions options) {
		this.id = id;
		this.producer = producer;
		this.consumer = consumer;
		this.options = options;
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
		return this.options.attributes().get(name);
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
		if (demand > 0 && !this.closed) {
			this.asked.addShared(demand);
			tellProducer(new Message.Ask(this, demand));
		}
	}

	@Override
	public void cancel(ExitReason reason) {
		tellProducer(new Message.Cancel(this, Cancellation.cancel(reason)));
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
		return this.ended.minimalCompletionStage();
	}

	/** Told when the consumer, or its mailbox, has met the end of this subscription. */
	void end() {
		this.closed = true;
		this.ended.complete(null);
	}

	@Override
	public SubscriptionStatus status() {
		// Read against the stream, so that no difference is ever negative.
		long settled = this.settled.get();
		long sent = this.sent.get();
		long asked = this.asked.get();
		return new SubscriptionStatus(this.id, this.producer.name(), this.consumer.name(), this.options, asked, sent,
				settled);
	}

	@Override
	public String toString() {
		return "subscription %d of %s to %s".formatted(this.id, this.consumer.name(), this.producer.name());
	}

}
