package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The handle of a started stage. Any thread may use it; no method blocks. Once the stage
 * has stopped, messages to it are dropped.
 */
public final class StageRef {

	private final String name;

	private final Mailbox mailbox;

	private final Supplier<StageStatus> status;

	private final CompletableFuture<ExitReason> stopped = new CompletableFuture<>();

	StageRef(String name, Mailbox mailbox, Supplier<StageStatus> status) {
		this.name = name;
		this.mailbox = mailbox;
		this.status = status;
	}

	/**
	 * Returns the name that the stage was started under.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Tells the stage a message, which its {@code onInfo} callback gets.
	 * @param message the message
	 */
	public void tell(Object message) {
		this.mailbox.tell(new Message.Info(message));
	}

	/**
	 * Subscribes this stage to a producer.
	 * @param producer the stage to get events from
	 * @param options the demand and the cancel mode
	 * @return the subscription, complete when this stage has sent its request to
	 * subscribe and its first ask; the producer may not have seen them yet. Completes
	 * with {@link IllegalArgumentException} if this stage is no consumer, and with
	 * {@link StageNotRunningException} if it has stopped
	 */
	public CompletionStage<Subscription> subscribeTo(StageRef producer, SubscribeOptions options) {
		CompletableFuture<Subscription> subscription = new CompletableFuture<>();
		this.mailbox.tell(new Message.SubscribeTo(producer, options, subscription));
		return subscription.minimalCompletionStage();
	}

	/**
	 * Tells a producer to act on demand or to collect it. A producer-consumer always
	 * forwards; a consumer has no demand mode; both log an attempt to change that.
	 * @param mode the new mode
	 */
	public void demand(DemandMode mode) {
		this.mailbox.tell(new Message.SetDemandMode(mode));
	}

	/**
	 * Tells the stage to take in nothing new, to finish and hand on what it has, and then
	 * to stop with {@link ExitReason#NORMAL}. A producer is asked by its
	 * {@link ProducerStage#onDrain onDrain}; the others do so by themselves, and are
	 * better told when their producers have stopped.
	 */
	public void drain() {
		this.mailbox.tell(new Message.Drain());
	}

	/**
	 * Stops the stage after the messages that it has been told before. What it holds then
	 * is discarded.
	 * @param reason why
	 * @return the reason it stopped for, complete when it has
	 */
	public CompletionStage<ExitReason> stop(ExitReason reason) {
		this.mailbox.tell(new Message.Stop(reason));
		return whenStopped();
	}

	/**
	 * Returns the end of the stage.
	 * @return the reason it stopped for, complete when it has
	 */
	public CompletionStage<ExitReason> whenStopped() {
		return this.stopped.minimalCompletionStage();
	}

	/**
	 * Returns the state and numbers of the stage, without asking it.
	 * @return the status at this moment
	 */
	public StageStatus status() {
		return this.status.get();
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

	void completeStopped(ExitReason reason) {
		this.stopped.complete(reason);
	}

	@Override
	public String toString() {
		return "stage '%s'".formatted(this.name);
	}

}
