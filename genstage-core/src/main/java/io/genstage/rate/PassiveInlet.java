package io.genstage.rate;

import io.genstage.Subscription;
import io.genstage.demand.DemandAccount;

/**
 * A subscription of a stage that lets others ask: it takes as many events as its maximum
 * demand leaves room for.
 */
final class PassiveInlet implements Inlet {

	private final Subscription subscription;

	private final DemandAccount account;

	PassiveInlet(Subscription subscription) {
		this.subscription = subscription;
		this.account = new DemandAccount(subscription.options().maxDemand());
	}

	@Override
	public Subscription subscription() {
		return this.subscription;
	}

	@Override
	public long wanted() {
		return this.account.room();
	}

	@Override
	public long coming() {
		return this.account.coming();
	}

	@Override
	public void retune() {
		this.account.retune(this.subscription.options().maxDemand());
	}

	@Override
	public void ask(long granted) {
		this.account.ask(granted);
		this.subscription.ask(granted);
	}

	@Override
	public void arrive(int events) {
		this.account.arrive(events);
	}

	@Override
	public void finish(int events) {
		this.account.finish(events);
	}

}
