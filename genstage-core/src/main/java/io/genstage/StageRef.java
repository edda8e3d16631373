package io.genstage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.genstage.account.StageTimes;
import io.genstage.demand.Counter;
import io.genstage.demand.FieldHandle;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a started stage. Any thread may use it; no method blocks. Once the stage
 * has stopped, messages to it are dropped.
 * <p>
 * A stage must not wait for a result of its own handle, which takes its callback to
 * return: {@code join} and {@code get} throw an {@link IllegalStateException} then.
 */
public final class StageRef {

	private static final VarHandle TURNING = FieldHandle.of(MethodHandles.lookup(), "turning", Thread.class);

	private final String name;

	private final Mailbox mailbox;

	private final Supplier<StageActor> actor;

	private final StageScheduler scheduler;

	private final Function<String, @Nullable StageRef> lookup;

	private final CompletableFuture<ExitReason> stopped = new CompletableFuture<>();

	private final Counter timers = new Counter();

	private final Counter works = new Counter();

	/** The thread that works off messages now. */
	private volatile @Nullable Thread turning;

	private final Set<Thread> working = ConcurrentHashMap.newKeySet(1);

	private volatile boolean draining;

	private volatile boolean stopWanted;

	StageRef(String name, Mailbox mailbox, Supplier<StageActor> actor, StageScheduler scheduler) {
		this(name, mailbox, actor, scheduler, (producer) -> null);
	}

	StageRef(String name, Mailbox mailbox, Supplier<StageActor> actor, StageScheduler scheduler,
			Function<String, @Nullable StageRef> lookup) {
		this.lookup = lookup;
		this.name = name;
		this.mailbox = mailbox;
		this.actor = actor;
		this.scheduler = scheduler;
	}

	/**
	 * Returns the stage on whose behalf the calling thread runs: one of its callbacks, or
	 * {@linkplain StageContext#execute work} that it has given away.
	 * @return the stage, if there is one
	 */
	public static Optional<StageRef> current() {
		return Optional.ofNullable(CurrentStage.get());
	}

	/**
	 * Returns a result that some stages must not wait for, since it takes a message to
	 * them. All results of stages and pipelines are of that kind for the stages that they
	 * are about.
	 * @param result the result
	 * @param takesPart whether a stage must not wait for it; called by a thread that
	 * begins to wait
	 * @param <T> the type of the result
	 * @return the same result, of which {@code join} and {@code get} throw an
	 * {@link IllegalStateException} if they would have to wait and are called
	 * {@linkplain #current() on behalf} of such a stage
	 */
	public static <T extends @Nullable Object> CompletionStage<T> answer(CompletionStage<T> result,
			Predicate<StageRef> takesPart) {
		return Answer.of(result, takesPart);
	}

	/**
	 * Refuses to finish an event of this stage by a result that takes the stage itself.
	 */
	void refuseToFollow(CompletableFuture<?> result) {
		Answer.refuseToFollow(result, this);
	}

	/**
	 * Returns the name that the stage was started under.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Sends the stage a message, which its {@code onInfo} callback gets.
	 * @param message the message
	 */
	public void tell(Object message) {
		this.mailbox.tell(new Message.Info(message));
	}

	/**
	 * Lets the stage emit events in its turn as if a callback had returned them: they go
	 * where its own events go, and wait in its buffer while nobody asks for them. If the
	 * stage stops before, they are discarded.
	 * @param events the events, which have to be of the type that the stage emits
	 * @throws IllegalArgumentException if the stage is a consumer, which emits nothing
	 */
	public void emit(List<?> events) {
		if (!status().kind().produces()) {
			throw new IllegalArgumentException("stage '%s' is a consumer, which emits nothing".formatted(this.name));
		}
		this.mailbox.tell(new Message.Emit(List.copyOf(events)));
	}

	/**
	 * Sends the stage a message that it gets when all events that it has received and
	 * emitted before have been handled and handed on. So a producer can be stopped after
	 * its last event. The message takes no room in the buffer and is never dropped, and a
	 * stage that {@linkplain StageContext#complete() completes} gets it before it stops.
	 * <p>
	 * Source: {@code GenStage.sync_info/3} and {@code async_info/2}.
	 * @param message the message
	 * @return completes when the message has its place behind the events; fails with
	 * {@link StageNotRunningException} if the stage has stopped
	 */
	public CompletionStage<@Nullable Void> tellBehindEvents(Object message) {
		CompletableFuture<@Nullable Void> queued = new CompletableFuture<>();
		this.mailbox.tell(new Message.InfoBehindEvents(message, queued));
		return answer(queued, this::equals);
	}

	/**
	 * Asks the stage something, which its {@code onCall} callback answers in its turn.
	 * <p>
	 * Source: {@code GenStage.call/3}.
	 * @param request the question
	 * @param timeout how long to wait for the answer, more than nothing
	 * @return the answer; fails with {@link TimeoutException} if there is none in time,
	 * with {@link StageNotRunningException} if the stage has stopped or stops without an
	 * answer, and with {@link IllegalStateException} if it doesn't handle calls
	 * @throws IllegalArgumentException if the time-out is negative or zero; the stage is
	 * not asked then
	 */
	public CompletionStage<@Nullable Object> call(Object request, Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("the time-out of a call must be positive, was " + timeout);
		}
		Caller caller = new Caller();
		this.mailbox.tell(new Message.Call(request, caller));
		CompletionStage<@Nullable Object> answer = caller.received();
		StageScheduler.Timer timer = this.scheduler.schedule(timeout, () -> caller
			.fail(new TimeoutException("stage '%s' has not answered within %s".formatted(this.name, timeout))));
		// Calls with a long time-out must not pile up once they are answered.
		answer.whenComplete((value, failure) -> timer.cancel());
		return answer(answer, this::equals);
	}

	/**
	 * Subscribes this stage to the producer that runs under a name now. If there is none,
	 * this stage stops with {@link ExitReason#NO_STAGE}, unless the cancel mode is
	 * {@link CancelMode#TEMPORARY}.
	 * @param producer the name of the stage to get events from
	 * @param options the demand and the cancel mode
	 * @return as {@link #subscribeTo(StageRef, SubscribeOptions)}; completes with
	 * {@link StageNotRunningException} if no stage of that name runs
	 */
	public CompletionStage<Subscription> subscribeTo(String producer, SubscribeOptions options) {
		CompletableFuture<Subscription> subscription = new CompletableFuture<>();
		this.mailbox.tell(new Message.SubscribeToNamed(producer, options, subscription));
		return answer(subscription, this::equals);
	}

	/**
	 * Puts a new subscription to the same producer in the place of one of this stage. The
	 * producer cancels the old one and accepts the new one in one step; demand that the
	 * old one leaves is reused. The end of the old one doesn't stop this stage, whatever
	 * its cancel mode.
	 * <p>
	 * Source: {@code GenStage.sync_resubscribe/4}.
	 * @param old the subscription to replace, which may have ended
	 * @param options the demand and the cancel mode of the new one
	 * @param reason what both sides get as the reason for the end of the old one
	 * @return the new subscription, as {@link #subscribeTo(StageRef, SubscribeOptions)}
	 * @throws IllegalArgumentException if it is the subscription of another stage
	 */
	public CompletionStage<Subscription> resubscribe(Subscription old, SubscribeOptions options, ExitReason reason) {
		if (old.consumer() != this) {
			throw new IllegalArgumentException("%s is not one of stage '%s'".formatted(old, this.name));
		}
		CompletableFuture<Subscription> subscription = new CompletableFuture<>();
		this.mailbox.tell(new Message.Resubscribe(OpenSubscription.of(old), reason, options, subscription));
		return answer(subscription, this::equals);
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
		return answer(subscription, this::equals);
	}

	/**
	 * Sets whether a producer acts on demand or collects it. A producer-consumer always
	 * forwards; a consumer has no demand mode; both log an attempt to change that.
	 * @param mode the new mode
	 */
	public void demand(DemandMode mode) {
		this.mailbox.tell(new Message.SetDemandMode(mode));
	}

	/**
	 * Says what this producer is to do with events while a place is empty. It changes
	 * nothing while a subscription has the place: when that ends, the place is
	 * {@linkplain Place.Empty#HELD held} until something else is said here, or until
	 * another subscription takes it. Without effect unless the dispatcher of this stage
	 * {@linkplain io.genstage.dispatch.DispatcherFactory#waitsForAll() waits for all}.
	 * @param place the place
	 * @param empty what to do
	 */
	public void whileEmpty(Place place, Place.Empty empty) {
		this.mailbox.tell(new Message.WhileEmpty(place, empty));
	}

	/**
	 * Says that nobody is going to subscribe to some partitions of this stage. Events
	 * that wait for them are discarded, which is logged and counted, and so are those
	 * that come for them as long as they have no consumer. Without effect on partitions
	 * that have one, or if the stage has none.
	 * @param partitions the names of the partitions
	 */
	public void abandon(Collection<?> partitions) {
		this.mailbox.tell(new Message.Abandon(List.copyOf(partitions)));
	}

	/**
	 * Lets the stage take a break. A producer collects demand instead of acting on it,
	 * whatever its {@linkplain #demand(DemandMode) demand mode}. A consumer or
	 * producer-consumer asks for nothing more, on its subscriptions of now and later,
	 * also not by hand; it still handles what it has asked for before.
	 * @return completes when all that the stage had received before has been handled;
	 * fails with {@link StageNotRunningException} if it has stopped or stops before
	 */
	public CompletionStage<@Nullable Void> pause() {
		CompletableFuture<@Nullable Void> paused = new CompletableFuture<>();
		this.mailbox.tell(new Message.Pause(paused));
		CompletionStage<Void> unused = this.stopped
			.thenRun(() -> paused.completeExceptionally(new StageNotRunningException(this.name)));
		return answer(paused, this::equals);
	}

	/**
	 * Lets the stage go on after a break: a producer acts on the demand that it has
	 * collected, the others ask for what they would have asked for.
	 * @return completes when it goes on; fails with {@link StageNotRunningException} if
	 * it has stopped
	 */
	public CompletionStage<@Nullable Void> resume() {
		CompletableFuture<@Nullable Void> resumed = new CompletableFuture<>();
		this.mailbox.tell(new Message.Resume(resumed));
		return answer(resumed, this::equals);
	}

	/**
	 * Notifies the stage that its pipeline begins to drain. From now on it
	 * {@link #isDraining}; a producer is asked by its {@code onDrainBegin}, and is
	 * {@linkplain #drain drained} at once if it doesn't answer that it has to wait for
	 * others.
	 */
	public void beginDrain() {
		this.draining = true;
		this.mailbox.tell(new Message.BeginDrain());
	}

	/**
	 * Returns whether the stage belongs to a pipeline that drains, so that what its
	 * callbacks hand over to other pipelines that drain was accepted before.
	 * @return {@code true} from {@link #beginDrain} on
	 */
	public boolean isDraining() {
		return this.draining;
	}

	/**
	 * Asks the stage to handle what it holds only to have more of it, by its
	 * {@code onFlush}.
	 */
	public void flush() {
		this.mailbox.tell(new Message.Flush());
	}

	/**
	 * Notifies a producer whether any event of it can still be taken, by its
	 * {@code onConsumersGone}. Of no effect on other stages.
	 * @param cause why not, {@code null} if it can
	 */
	public void consumersGone(@Nullable ExitReason cause) {
		this.mailbox.tell(new Message.ConsumersGone(cause));
	}

	/**
	 * Returns whether the stage has nothing to do: no message waits for it, and none of
	 * its callbacks runs.
	 * @return {@code true} if it rests
	 */
	public boolean isIdle() {
		return this.mailbox.isIdle();
	}

	/**
	 * Returns whether {@linkplain StageContext#execute work} that the stage has given
	 * away is waiting or running.
	 * @return {@code true} if some has not returned
	 */
	public boolean hasWork() {
		return this.works.get() > 0;
	}

	/**
	 * Returns whether the stage can't go on because it ends the JVM: one of its
	 * callbacks, or work that it has given away, has called {@link System#exit}, which
	 * never returns. This looks at the stacks of its threads.
	 * @return {@code true} if a thread that it runs on is seen in there
	 */
	public boolean isEndingJvm() {
		Thread turning = this.turning;
		return (turning != null && isExiting(turning)) || this.working.stream().anyMatch(StageRef::isExiting);
	}

	private static boolean isExiting(Thread thread) {
		return Arrays.stream(thread.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals("java.lang.Runtime")
					&& frame.getMethodName().equals("exit"));
	}

	/** Called at the beginning and, with null, at the end of each turn. */
	void setTurning(@Nullable Thread turning) {
		TURNING.setRelease(this, turning);
	}

	/** Returns the thread that works off messages now, if one does. */
	@Nullable Thread turning() {
		return this.turning;
	}

	/** Returns the threads of the work that it has given away. */
	Set<Thread> working() {
		return this.working;
	}

	/**
	 * Returns how often the stage has begun to work off messages. A stage that was
	 * {@link #isIdle idle} twice has been so all the time between if this number is the
	 * same.
	 * @return a number that grows
	 */
	public long turns() {
		return this.mailbox.turnsBegun();
	}

	/**
	 * Returns whether the stage is going to get a message after some time.
	 * @return whether a {@link StageContext#tellLater} has not come
	 */
	public boolean hasTimers() {
		return this.timers.get() > 0;
	}

	/**
	 * Returns whether events of another stage come to this one, by a subscription to it
	 * or through stages between them.
	 * @param producer the stage that may be upstream
	 * @return {@code true} if it is, at this moment
	 */
	public boolean isFedBy(StageRef producer) {
		Set<StageRef> seen = new HashSet<>();
		Deque<StageRef> upstream = new ArrayDeque<>(List.of(this));
		while (!upstream.isEmpty()) {
			for (SubscriptionStatus subscription : upstream.remove().status().producers()) {
				StageRef found = this.lookup.apply(subscription.producer());
				if (found == producer) {
					return true;
				}
				if (found != null && seen.add(found)) {
					upstream.add(found);
				}
			}
		}
		return false;
	}

	/**
	 * Returns what completes when the stage has worked off the messages that were sent to
	 * it before.
	 * @return completes then, on the thread of the stage, or when it has stopped
	 */
	public CompletionStage<@Nullable Void> reached() {
		CompletableFuture<@Nullable Void> reached = new CompletableFuture<>();
		this.mailbox.tell(new Message.Reached(reached));
		return answer(reached, this::equals);
	}

	Counter timers() {
		return this.timers;
	}

	Counter works() {
		return this.works;
	}

	/**
	 * Asks the stage to take in nothing new, to finish and hand on what it has, and then
	 * to stop with {@link ExitReason#NORMAL}. It is asked by its {@code onDrain}; all but
	 * producers are better drained when their producers have stopped.
	 */
	public void drain() {
		this.mailbox.tell(new Message.Drain());
	}

	/**
	 * Stops the stage after the messages that were sent to it before. What it holds then
	 * is discarded.
	 * @param reason why
	 * @return the reason it stopped for, complete when it has
	 */
	public CompletionStage<ExitReason> stop(ExitReason reason) {
		this.stopWanted = true;
		this.mailbox.tell(new Message.Stop(reason));
		return whenStopped();
	}

	/**
	 * Returns the end of the stage.
	 * @return the reason it stopped for, complete when it has
	 */
	public CompletionStage<ExitReason> whenStopped() {
		return answer(this.stopped, this::equals);
	}

	/**
	 * Returns the state and numbers of the stage, without asking it.
	 * @return the status at this moment
	 */
	public StageStatus status() {
		return this.actor.get().status();
	}

	/**
	 * Returns what has gone through the stage, with less effort than its
	 * {@linkplain #status() status}.
	 * @return the counts at this moment
	 */
	public EventCounts counts() {
		return this.actor.get().counts();
	}

	/**
	 * Returns what the stage has spent its time on, with less effort than its
	 * {@linkplain #status() status}.
	 * @return the times up to this moment, or nothing if it keeps no
	 * {@linkplain StageOptions#withAccounts account}
	 */
	public Optional<StageTimes> times() {
		return Optional.ofNullable(this.actor.get().times());
	}

	/**
	 * Returns how many events with a settlement this stage has emitted whose sources have
	 * not heard of their outcome. Any thread may call this.
	 * @return their number
	 */
	public long unsettled() {
		return this.actor.get().unsettledAtSource();
	}

	/**
	 * Returns what the stage holds, with less effort than its {@linkplain #status()
	 * status}.
	 * @return what waits at this moment
	 */
	public WaitingEvents waiting() {
		return this.actor.get().waiting();
	}

	/**
	 * Returns the subscriptions of the stage, with less effort than its
	 * {@linkplain #status() status}.
	 * @return those by which it gets events, as in {@link StageStatus#producers()}
	 */
	public List<SubscriptionStatus> producers() {
		return this.actor.get().producers();
	}

	/** Returns whether somebody wants the stage to stop. */
	boolean isStopWanted() {
		return this.stopWanted;
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
