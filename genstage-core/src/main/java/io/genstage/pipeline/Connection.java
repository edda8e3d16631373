package io.genstage.pipeline;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.ExitReason;
import io.genstage.Subscription;
import io.genstage.SubscriptionStatus;
import org.jspecify.annotations.Nullable;

/**
 * One subscription between two runs, from the moment when it is wanted. Used under the
 * pipeline's lock.
 */
final class Connection {

	private static final ExitReason UNWANTED = ExitReason.shutdown("the pipeline connects its stages differently");

	private final InstanceRun producer;

	private final InstanceRun consumer;

	private final Object slot;

	private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

	private @Nullable Subscription subscription;

	private boolean unwanted;

	private boolean over;

	Connection(InstanceRun producer, InstanceRun consumer, Object slot) {
		this.producer = producer;
		this.consumer = consumer;
		this.slot = slot;
	}

	InstanceRun consumer() {
		return this.consumer;
	}

	Object slot() {
		return this.slot;
	}

	/**
	 * Returns whether nobody else may have the slot. A subscription that ended for
	 * another reason than the pipeline's is not opened again.
	 */
	boolean occupies(InstanceRun producer, Object slot) {
		return this.producer == producer && this.slot.equals(slot) && !this.consumer.isOver();
	}

	void establish(Subscription subscription) {
		this.subscription = subscription;
		if (this.unwanted) {
			subscription.cancel(UNWANTED);
		}
	}

	/** Notes that its subscription has the demand that is wanted, or has failed. */
	void settle() {
		this.settled.complete(null);
	}

	/** Completes when it is {@linkplain #settle settled}. */
	CompletionStage<@Nullable Void> whenSettled() {
		return this.settled;
	}

	/** Ends the subscription after the events that have been sent by it. */
	void cancel() {
		if (!this.unwanted) {
			this.unwanted = true;
			subscription().ifPresent((subscription) -> subscription.cancel(UNWANTED));
		}
	}

	void end() {
		this.over = true;
	}

	/** Returns whether its consumer has ended it and runs on. */
	boolean isLeft() {
		return this.over && !this.unwanted && !this.consumer.isOver();
	}

	boolean isOpen() {
		return !this.over;
	}

	/**
	 * Returns whether nothing has to be remembered of it but its numbers, which change no
	 * more. A consumer may finish events behind the end of their subscription.
	 */
	boolean isSettled() {
		return this.over && (this.unwanted || this.producer.isOver() || this.consumer.isOver())
				&& status().map((status) -> status.inFlight() == 0).orElse(true);
	}

	Optional<Subscription> subscription() {
		return Optional.ofNullable(this.subscription);
	}

	Optional<SubscriptionStatus> status() {
		return subscription().map(Subscription::status);
	}

}
