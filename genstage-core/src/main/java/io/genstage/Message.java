package io.genstage;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.account.TimeAccount;

import org.jspecify.annotations.Nullable;

/**
 * What can be sent to a stage. Each message knows the step it makes, so that no stage has
 * to ask what it got.
 */
sealed interface Message {

	/**
	 * Makes the step that this message stands for.
	 * @param stage the running stage that got it
	 * @throws Exception what a callback of the stage threw
	 */
	void deliverTo(StageActor stage) throws Exception;

	/**
	 * Does what is owed to the sender although the stage has stopped.
	 * @param stage the stopped stage that got it
	 */
	default void bounceFrom(StageActor stage) {
	}

	/**
	 * Somebody wants the stage to subscribe to a producer.
	 */
	record SubscribeTo(StageRef producer, SubscribeOptions options,
			CompletableFuture<Subscription> reply) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.subscribeTo(this.producer, this.options, this.reply);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.reply.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * A consumer subscribes.
	 */
	record Subscribe(OpenSubscription link) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.acceptConsumer(this.link);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.link.tellConsumer(new Cancelled(this.link, Cancellation.down(ExitReason.NO_STAGE)));
		}

	}

	/**
	 * Somebody wants the stage to subscribe to a producer by its name.
	 */
	record SubscribeToNamed(String producer, SubscribeOptions options,
			CompletableFuture<Subscription> reply) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.subscribeTo(this.producer, this.options, this.reply);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.reply.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * Somebody wants the stage to put another subscription in the place of one.
	 */
	record Resubscribe(OpenSubscription old, ExitReason reason, SubscribeOptions options,
			CompletableFuture<Subscription> reply) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.resubscribe(this.old, this.reason, this.options, this.reply);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.reply.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * A consumer puts a new subscription in the place of an old one.
	 */
	record Replace(OpenSubscription old, ExitReason reason, OpenSubscription link) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			boolean goesOn = false;
			try {
				stage.cancelConsumer(this.old, Cancellation.cancel(this.reason));
				goesOn = !stage.isStopping();
			}
			finally {
				// A stage that ends here does not know the consumer and can't notify it.
				if (!goesOn) {
					bounceFrom(stage);
				}
			}
			if (goesOn) {
				stage.acceptConsumer(this.link);
			}
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.link.tellConsumer(new Cancelled(this.link, Cancellation.down(ExitReason.NO_STAGE)));
		}

	}

	/**
	 * A consumer can take more events.
	 */
	record Ask(OpenSubscription link, long demand) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.ask(this.link, this.demand);
		}

	}

	/**
	 * To a consumer whose rate is limited: somebody asks by hand.
	 */
	record Want(OpenSubscription link, long demand) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.wantThroughGate(this.link, this.demand);
		}

	}

	/**
	 * To a producer: the subscription is to end, or its consumer has stopped.
	 */
	record Cancel(OpenSubscription link, Cancellation cancellation) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.cancelConsumer(this.link, this.cancellation);
		}

	}

	/**
	 * To a producer: what to do while nobody has a place.
	 */
	record WhileEmpty(Place place, Place.Empty empty) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.whileEmpty(this.place, this.empty);
		}

	}

	/**
	 * To a producer: nobody is going to serve some partitions.
	 */
	record Abandon(Collection<?> partitions) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.abandon(this.partitions);
		}

	}

	/**
	 * A producer sends events.
	 *
	 * @param sent the time of the producer's turn, or {@link TimeAccount#NO_MOMENT}
	 */
	record Events(OpenSubscription link, List<?> events, long sent) implements Message {

		Events(OpenSubscription link, List<?> events) {
			this(link, events, TimeAccount.NO_MOMENT);
		}

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.noteArrival(this.events.size(), this.sent);
			stage.receive(this.link, this.events);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			stage.bounce(this.link, this.events);
		}

	}

	/**
	 * To a consumer: the subscription has ended.
	 */
	record Cancelled(OpenSubscription link, Cancellation cancellation) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.loseProducer(this.link, this.cancellation);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			stage.logBounced(this.link);
			this.link.end();
		}

	}

	/**
	 * A message of the user's.
	 */
	record Info(Object message) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.info(this.message);
		}

	}

	/**
	 * Events to be emitted in the name of a stage.
	 */
	record Emit(List<?> events) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.emitFromOutside(this.events);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			stage.discardAtTheEnd(this.events, "they were to be emitted after it had stopped", null);
		}

	}

	/**
	 * A message of the user's for later: when the stage has handed on its events.
	 */
	record InfoBehindEvents(Object message, CompletableFuture<@Nullable Void> queued) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.infoBehindEvents(this.message);
			this.queued.complete(null);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.queued.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * A message of the user's whose events have been handed on.
	 */
	record ReleasedInfo(Object message) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.releasedInfo(this.message);
		}

	}

	/**
	 * A question of the user's.
	 */
	record Call(Object request, Caller caller) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.answer(this.request, this.caller);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.caller.fail(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * Nothing but an occasion to do what has become possible.
	 */
	record Settle() implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			// Every message is followed by it.
		}

	}

	/**
	 * It is time to log how many events have been lost since the last log.
	 */
	record LogLosses() implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.logDueLosses();
		}

	}

	/**
	 * Demand is to be acted on, or to be collected.
	 */
	record SetDemandMode(DemandMode mode) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.setDemandMode(this.mode);
		}

	}

	/**
	 * The stage is to take a break.
	 */
	record Pause(CompletableFuture<@Nullable Void> paused) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.pause(this.paused);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.paused.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * The break is over.
	 */
	record Resume(CompletableFuture<@Nullable Void> resumed) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.resume();
			this.resumed.complete(null);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.resumed.completeExceptionally(new StageNotRunningException(stage.self().name()));
		}

	}

	/**
	 * To a consumer: the demand of a subscription changes.
	 */
	record Retune(OpenSubscription link, SubscribeOptions options,
			CompletableFuture<@Nullable Void> done) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			try {
				stage.retune(this.link, this.options);
				this.done.complete(null);
			}
			catch (Throwable ex) {
				this.done.completeExceptionally(ex);
				throw ex;
			}
		}

		@Override
		public void bounceFrom(StageActor stage) {
			// The subscription has ended with its consumer.
			this.done.complete(null);
		}

	}

	/**
	 * The pipelines begin to drain.
	 */
	record BeginDrain() implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.beginDrain();
		}

	}

	/**
	 * Nothing moves any more, and the stage is not to wait for more of what it holds.
	 */
	record Flush() implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.flush();
		}

	}

	/**
	 * To a producer: no event can be taken any more, or events can be taken again.
	 */
	record ConsumersGone(@Nullable ExitReason cause) implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.consumersGone(this.cause);
		}

	}

	/**
	 * The watch of the stage looks at what only a turn of it can see.
	 */
	record Look(Runnable step) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			this.step.run();
		}

	}

	/**
	 * Somebody wants to know when the stage has come to this message.
	 */
	record Reached(CompletableFuture<@Nullable Void> reached) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			this.reached.complete(null);
		}

		@Override
		public void bounceFrom(StageActor stage) {
			this.reached.complete(null);
		}

	}

	/**
	 * The stage is to take in nothing new, and to end when it has handed on what it has.
	 */
	record Drain() implements Message {

		@Override
		public void deliverTo(StageActor stage) throws Exception {
			stage.drain();
		}

	}

	/**
	 * The stage is to stop.
	 */
	record Stop(ExitReason reason) implements Message {

		@Override
		public void deliverTo(StageActor stage) {
			stage.stop(this.reason);
		}

	}

}
