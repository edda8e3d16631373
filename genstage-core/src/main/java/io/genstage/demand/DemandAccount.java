package io.genstage.demand;

import io.genstage.ConsumerStage;

/**
 * What a stage that {@linkplain ConsumerStage#asksItself() asks itself} knows of the
 * demand of one subscription: which events are to come, and which have come and are not
 * finished. Both together never exceed a maximum, so that unfinished events hold demand
 * back.
 *
 * <pre>{@code
 * void onSubscribe(Peer peer, Subscription subscription) {
 *     this.account = new DemandAccount(subscription.options().maxDemand());
 *     subscription.ask(this.account.askForRoom());
 * }
 * }</pre>
 *
 * Not thread-safe: used by the stage's callbacks.
 */
public final class DemandAccount {

	private int maxDemand;

	private long coming;

	private long unfinished;

	/**
	 * Creates an account of a subscription that nothing was asked by.
	 * @param maxDemand the most events that may be to come or unfinished, at least 1
	 */
	public DemandAccount(int maxDemand) {
		this.maxDemand = checked(maxDemand);
	}

	private static int checked(int maxDemand) {
		if (maxDemand < 1) {
			throw new IllegalArgumentException("maxDemand must be >= 1, was " + maxDemand);
		}
		return maxDemand;
	}

	/**
	 * Changes the maximum. If more events are to come or unfinished, there is no room
	 * until they are fewer.
	 * @param maxDemand the most events that may be to come or unfinished, at least 1
	 */
	public void retune(int maxDemand) {
		this.maxDemand = checked(maxDemand);
	}

	/**
	 * Returns how many events were asked for and have not come.
	 * @return the outstanding demand
	 */
	public long coming() {
		return this.coming;
	}

	/**
	 * Returns how many events have come and are not finished.
	 * @return the unfinished events
	 */
	public long unfinished() {
		return this.unfinished;
	}

	/**
	 * Returns how many more events may be asked for.
	 * @return the room, at least 0
	 */
	public long room() {
		return Math.max(this.maxDemand - this.coming - this.unfinished, 0);
	}

	/**
	 * Notes that events are asked for.
	 * @param demand for how many, from 0 to the {@linkplain #room() room}
	 */
	public void ask(long demand) {
		if (demand < 0 || demand > room()) {
			throw new IllegalArgumentException("demand must be from 0 to %d, was %d".formatted(room(), demand));
		}
		this.coming += demand;
	}

	/**
	 * Notes that some of what was to be asked for is not.
	 * @param demand for how many events, at most those to {@linkplain #coming() come}
	 */
	public void withdraw(long demand) {
		this.coming -= demand;
	}

	/**
	 * Notes that as many events are asked for as there is room for.
	 * @return for how many, maybe 0
	 */
	public long askForRoom() {
		long demand = room();
		ask(demand);
		return demand;
	}

	/**
	 * Notes that events have come. Those that nobody asked for take room too.
	 * @param events how many
	 */
	public void arrive(int events) {
		this.coming = Math.max(this.coming - events, 0);
		this.unfinished += events;
	}

	/**
	 * Notes that events which have come are finished.
	 * @param events how many
	 */
	public void finish(int events) {
		this.unfinished -= events;
	}

	/**
	 * Notes that events which are finished for their stage are to be handled again, or,
	 * if less than 0, that some of these are finished.
	 * @param change how many
	 */
	public void unfinished(int change) {
		this.unfinished += change;
	}

	/**
	 * Returns whether no event can come before one is finished.
	 * @return {@code true} if all that may come is here and unfinished
	 */
	public boolean isExhausted() {
		return this.coming == 0 && room() == 0;
	}

}
