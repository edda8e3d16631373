package io.genstage;

import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * A subscription as a stage sees it that stands behind another one, which does the asking
 * for both.
 */
final class RedirectedSubscription implements Subscription {

	private final OpenSubscription link;

	private final LongConsumer asking;

	RedirectedSubscription(OpenSubscription link, LongConsumer asking) {
		this.link = link;
		this.asking = asking;
	}

	OpenSubscription link() {
		return this.link;
	}

	@Override
	public long id() {
		return this.link.id();
	}

	@Override
	public StageRef producer() {
		return this.link.producer();
	}

	@Override
	public StageRef consumer() {
		return this.link.consumer();
	}

	@Override
	public SubscribeOptions options() {
		return this.link.options();
	}

	@Override
	public SubscriptionStatus status() {
		return this.link.status();
	}

	@Override
	public CompletionStage<@Nullable Void> whenEnded() {
		return this.link.whenEnded();
	}

	@Override
	public void ask(long demand) {
		if (demand < 0) {
			throw new IllegalArgumentException("demand must be >= 0, was " + demand);
		}
		this.asking.accept(demand);
	}

	@Override
	public Subscription withAsking(LongConsumer asking) {
		return new RedirectedSubscription(this.link, asking);
	}

	@Override
	public CompletionStage<@Nullable Void> retune(int maxDemand, int minDemand) {
		return this.link.retune(maxDemand, minDemand);
	}

	@Override
	public void cancel(ExitReason reason) {
		this.link.cancel(reason);
	}

	@Override
	public String toString() {
		return this.link.toString();
	}

}
