package io.genstage.rate;

import io.genstage.StageRef;
import io.genstage.Subscription;
import io.genstage.dispatch.Demand;

/**
 * A subscription of a stage that asks for itself: what it asks for waits here until it
 * may come.
 */
final class AskingInlet implements Inlet {

	private final Subscription subscription;

	private final Subscription redirected;

	private long wanted;

	private long coming;

	/**
	 * Creates an inlet.
	 * @param subscription the subscription to the producer
	 * @param stage the limited stage, which gets a message about what it asks for: any
	 * thread may ask
	 */
	AskingInlet(Subscription subscription, StageRef stage) {
		this.subscription = subscription;
		this.redirected = subscription.withAsking((demand) -> stage.tell(new Asked(this, demand)));
	}

	@Override
	public Subscription subscription() {
		return this.redirected;
	}

	private void want(long demand) {
		this.wanted = Demand.add(this.wanted, demand);
	}

	@Override
	public long wanted() {
		return this.wanted;
	}

	@Override
	public long coming() {
		return this.coming;
	}

	@Override
	public void retune() {
		// The stage keeps to them in what it asks for.
	}

	@Override
	public void ask(long granted) {
		this.wanted -= granted;
		this.coming += granted;
		this.subscription.ask(granted);
	}

	@Override
	public void arrive(int events) {
		this.coming = Math.max(this.coming - events, 0);
	}

	@Override
	public void finish(int events) {
		// The stage asks again when it likes.
	}

	/**
	 * The message to the stage.
	 */
	record Asked(AskingInlet inlet, long demand) {

		void note() {
			this.inlet.want(this.demand);
		}

	}

}
