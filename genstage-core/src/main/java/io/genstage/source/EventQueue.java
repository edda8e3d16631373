package io.genstage.source;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageObserver;
import io.genstage.StageRef;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Settlement;
import io.genstage.demand.Counter;
import io.genstage.dispatch.Demand;
import io.genstage.log.StageLog;
import io.genstage.thread.LastingTasks;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue that any thread puts events into and that is itself the producer which
 * hands them on when they are asked for.
 *
 * <pre>{@code
 * EventQueue<Reader> line = new EventQueue<>(100);
 * system.start("line", line);
 * ...
 * if (!line.offer(reader)) {
 *     sorry(reader);
 * }
 * }</pre>
 *
 * Events may be put in before the stage is started and stay in it over a restart. When
 * the pipeline drains, the queue takes no more events from outside; it still takes those
 * that stages of the draining pipelines hand over, until none of them has anything in
 * hand any more. Then it hands on what it holds, and completes; it takes events again
 * when it is started again.
 * <p>
 * In a pipeline it takes no events either while they would be in vain: when it has failed
 * itself, or when on each way behind it a stage has failed for good or has completed. It
 * takes events again as soon as such a stage is started again; what it had accepted
 * before is still there.
 *
 * @param <E> the type of the events
 */
public final class EventQueue<E> implements ProducerStage<E> {

	private static final System.Logger logger = StageLog.of(EventQueue.class);

	private final int capacity;

	private final Acknowledger<EventQueue<?>> acknowledger = (queue, done, failed) -> {
		done.forEach(this::settle);
		failed.forEach(this::settle);
	};

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition roomOrClosed = this.lock.newCondition();

	// Guarded by the lock

	private final Queue<Waiting> waiting = new ArrayDeque<>();

	private long owed;

	/** Changed under the lock; any thread reads it. */
	private final Counter arrived = new Counter();

	private boolean closed;

	/** Whether only stages that drain may still put events in. */
	private boolean closedToOutside;

	private boolean draining;

	/** Stages that have met a full queue in this run. */
	private final Set<StageRef> checkedForStandstill = new HashSet<>();

	/** Why nobody will take an event, if nobody will. */
	private @Nullable ExitReason vain;

	private @Nullable StageContext context;

	// Not guarded

	/** Surrounds the sending of events from the first start on, mostly nobody. */
	private volatile @Nullable StageObserver observer;

	/** By which an observer knows where events are sent. */
	private volatile @Nullable StageRef observed;

	/** Complete the futures of senders, and are not lost when the stage stops. */
	private volatile LastingTasks completions = new LastingTasks();

	/** Runs the completions, on the executor of the stage as long as it runs. */
	private volatile Executor completing = Runnable::run;

	/**
	 * Creates an empty queue.
	 * @param capacity how many events may wait in it, at least 1
	 */
	public EventQueue(int capacity) {
		if (capacity < 1) {
			throw new IllegalArgumentException("capacity must be >= 1, was " + capacity);
		}
		this.capacity = capacity;
	}

	/**
	 * Puts an event in, unless the queue is full or takes none.
	 * @param event the event
	 * @return whether the queue took it
	 */
	public boolean offer(E event) {
		return add(event, Sender.NOBODY, (context) -> carrying(event, context)) == Admission.ADMITTED;
	}

	/**
	 * Puts an event in, and waits for room first if the queue is full. A stage that gets
	 * events of this queue should not wait for it: it may be the only one to make room,
	 * and then waits for ever. That is logged as a warning.
	 * @param event the event
	 * @throws InterruptedException if the thread is interrupted while it waits; the event
	 * was not taken
	 * @throws QueueClosedException if the queue takes no events, or ceases to while this
	 * waits; its cause is what made a stage fail, if that is why
	 */
	public void put(E event) throws InterruptedException {
		Objects.requireNonNull(event, "an event must not be null");
		ObservedSending sending = ObservedSending.begin(this.observer, this.observed, event);
		if (sending == null) {
			putWaiting(event);
			return;
		}
		try {
			putWaiting(carrying(event, sending.context()));
			sending.end(null);
		}
		catch (Throwable ex) {
			sending.end(ex);
			throw ex;
		}
	}

	private void putWaiting(Object event) throws InterruptedException {
		StageRef sender = StageRef.current().orElse(null);
		StageRef wanting;
		this.lock.lockInterruptibly();
		try {
			while (this.waiting.size() >= this.capacity && takesFrom(sender)) {
				if (!warnsOfStandstill(sender)) {
					this.roomOrClosed.await();
				}
			}
			if (!takesFrom(sender)) {
				throw new QueueClosedException(this.vain);
			}
			wanting = enqueue(new Waiting(event, Sender.NOBODY));
		}
		finally {
			this.lock.unlock();
		}
		wake(wanting);
	}

	/**
	 * Puts an event in and reports when it has been handed to the pipeline, because a
	 * consumer asked for it.
	 * @param event the event
	 * @return completes when the event has left the queue, on a thread of the stage;
	 * fails at once with {@link QueueFullException} or {@link QueueClosedException} if
	 * the queue did not take it, and later with the latter if the event has become in
	 * vain; it is not in the queue any more then
	 * @see #deliver
	 */
	public CompletionStage<Void> send(E event) {
		CompletableFuture<Void> taken = new CompletableFuture<>();
		refusal(add(event, new TakenSender(taken), (context) -> carrying(event, context)))
			.ifPresent(taken::completeExceptionally);
		return taken.minimalCompletionStage();
	}

	/**
	 * Puts an event in and reports what has become of it at the end of the pipeline, when
	 * it and all that was made from it are settled.
	 *
	 * <pre>{@code
	 * return orders.deliver(order).thenApply((outcome) -> ResponseEntity.ok().build());
	 * }</pre>
	 *
	 * An event that is filtered out, or that nobody selects, is {@link Outcome#ACCEPTED
	 * accepted}: that means that nothing is left to be done for it, and not that a
	 * certain stage has handled it.
	 * <p>
	 * A handler of a future that returns this one, of the queue of another pipeline,
	 * hands its own settlement on: its event is finished when the sent one is, with the
	 * same outcome, and fails if that fails.
	 * @param event the event
	 * @return completes with {@link Outcome#ACCEPTED}, {@link Outcome#HANDED_OVER},
	 * {@link Outcome#SKIPPED} or {@link Outcome#DEAD_LETTERED}, as a task of its own on
	 * the executor of the stage. Fails with {@link DeliveryFailedException} if the event
	 * has failed, or was lost because a stage has stopped; at once with
	 * {@link QueueFullException} or {@link QueueClosedException} if the queue did not
	 * take it, and later with the latter if the stage of the queue stops before it has
	 * handed the event on, or the event has become in vain; it is not in the queue any
	 * more then. Stages that get events of this queue must not wait for it: {@code join}
	 * and {@code get} throw an {@link IllegalStateException} there
	 */
	public CompletionStage<Outcome> deliver(E event) {
		CompletableFuture<Outcome> settled = new CompletableFuture<>();
		refusal(add(event, new DeliverySender(settled),
				(context) -> Delivery.of(event, this.acknowledger, this, settled, context)))
			.ifPresent(settled::completeExceptionally);
		return StageRef.answer(settled, this::feeds);
	}

	private Optional<RuntimeException> refusal(Admission admission) {
		return switch (admission) {
			case FULL -> Optional.of(new QueueFullException(this.capacity));
			case CLOSED -> Optional.of(closedException());
			case ADMITTED -> Optional.empty();
		};
	}

	/** Returns whether a stage is this one, or gets events of it. */
	private boolean feeds(StageRef stage) {
		StageRef self;
		this.lock.lock();
		try {
			self = (this.context != null) ? this.context.self() : null;
		}
		finally {
			this.lock.unlock();
		}
		return self != null && (stage.equals(self) || stage.isFedBy(self));
	}

	@SuppressWarnings("unchecked") // given with the delivery
	private void settle(Settlement settlement) {
		CompletableFuture<Outcome> settled = (CompletableFuture<Outcome>) Objects
			.requireNonNull(settlement.reference());
		if (settlement.outcome().isDone()) {
			complete(() -> settled.complete(settlement.outcome()));
		}
		else {
			complete(() -> settled
				.completeExceptionally(new DeliveryFailedException(settlement.reason(), settlement.cause())));
		}
	}

	/**
	 * Completes the future of a sender, as a task of its own: what hangs on it may take
	 * long, or wait for another one. When the stage has stopped it is done at once: the
	 * executor may be closed, and nobody else would end the wait.
	 */
	private void complete(Runnable completion) {
		this.completing.execute(completion);
	}

	/**
	 * Takes no more events. The stage hands on those that are waiting and then completes.
	 */
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		finish();
	}

	private void finish() {
		StageRef idle;
		this.lock.lock();
		try {
			this.draining = true;
			this.roomOrClosed.signalAll();
			idle = (this.context != null) ? this.context.self() : null;
		}
		finally {
			this.lock.unlock();
		}
		wake(idle);
	}

	/**
	 * Returns how many events wait in the queue.
	 * @return the length of the line, at most the capacity
	 */
	public int size() {
		this.lock.lock();
		try {
			return this.waiting.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns how many events may wait in the queue.
	 * @return the bound
	 */
	public int capacity() {
		return this.capacity;
	}

	@Override
	public OptionalLong arrivals() {
		return OptionalLong.of(this.arrived.get());
	}

	@Override
	public long backlog() {
		return size();
	}

	@Override
	public void onStart(StageContext context) {
		this.completions = new LastingTasks();
		this.completing = this.completions.on(context.executor());
		this.observer = context.observer();
		this.observed = context.self();
		this.lock.lock();
		try {
			this.context = context;
			this.owed = 0;
			this.draining = this.closed;
			this.closedToOutside = false;
			this.vain = null;
			this.checkedForStandstill.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public List<E> handleDemand(long demand) {
		return take(demand);
	}

	@Override
	public long withdrawDemand(long demand) {
		this.lock.lock();
		try {
			long withdrawn = Math.min(demand, this.owed);
			this.owed -= withdrawn;
			return withdrawn;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		return (message == Wake.UP) ? take(0) : ProducerStage.super.onInfo(message);
	}

	@Override
	public boolean onDrainBegin(StageContext context) {
		this.lock.lock();
		try {
			this.closedToOutside = true;
			this.roomOrClosed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		return true;
	}

	@Override
	public void onDrain(StageContext context) {
		finish();
	}

	@Override
	public void onConsumersGone(@Nullable ExitReason cause) {
		refuse(cause);
	}

	@Override
	public void onStop(ExitReason reason) {
		this.completions.close();
		if (reason.isClean()) {
			sendAway(Sender::waitsForTheEnd, null);
		}
		else {
			refuse(reason);
		}
	}

	/** Refuses events from now on, or no longer. */
	private void refuse(@Nullable ExitReason cause) {
		this.lock.lock();
		try {
			this.vain = cause;
			if (cause != null) {
				this.roomOrClosed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (cause != null) {
			sendAway(Sender::waits, cause);
		}
	}

	/**
	 * Takes events out whose senders wait. They learn that it has not been taken, and may
	 * send it elsewhere; so it must not stay.
	 */
	private void sendAway(Predicate<Sender> leaving, @Nullable ExitReason cause) {
		List<Sender> left = new ArrayList<>();
		this.lock.lock();
		try {
			this.waiting.removeIf((waiting) -> leaving.test(waiting.sender()) && left.add(waiting.sender()));
			this.roomOrClosed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		left.forEach((sender) -> sender.refused(new QueueClosedException(cause)));
	}

	private QueueClosedException closedException() {
		this.lock.lock();
		try {
			return new QueueClosedException(this.vain);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns whether events are taken from a sender. What a stage that drains hands over
	 * was accepted before.
	 */
	private boolean takesFrom(@Nullable StageRef sender) {
		return !this.draining && this.vain == null
				&& (!this.closedToOutside || (sender != null && sender.isDraining()));
	}

	/**
	 * Says once for each stage and run why nothing moves any more, or soon will not: a
	 * handler waits for room that only it, or others behind this queue, could make. The
	 * lock is not held meanwhile.
	 * @return whether the queue has to be looked at again
	 */
	private boolean warnsOfStandstill(@Nullable StageRef sender) {
		StageRef self = (this.context != null) ? this.context.self() : null;
		if (sender == null || self == null || !this.checkedForStandstill.add(sender)) {
			return false;
		}
		this.lock.unlock();
		try {
			if (sender.isFedBy(self)) {
				logger.log(Level.WARNING,
						() -> ("stage '%s' waits for room in '%s', whose events come to it: while it waits, it makes none, "
								+ "and if nobody else does, both stand still. Let the capacity of '%s' (%d) be larger than "
								+ "what is ever under way, or use offer() and see what it answers")
							.formatted(sender.name(), self.name(), self.name(), this.capacity));
			}
		}
		finally {
			this.lock.lock();
		}
		return true;
	}

	/**
	 * Returns an event with what it is to carry, which is mostly nothing.
	 */
	private static Object carrying(Object event, @Nullable Object context) {
		return (context != null) ? Delivery.carrying(event, context) : event;
	}

	/**
	 * Adds an event.
	 * @param envelope makes what is to be emitted of the context that it is to carry,
	 * which may be null
	 */
	private Admission add(E event, Sender from, Function<@Nullable Object, Object> envelope) {
		Objects.requireNonNull(event, "an event must not be null");
		ObservedSending sending = ObservedSending.begin(this.observer, this.observed, event);
		if (sending == null) {
			return add(envelope.apply(null), from);
		}
		try {
			Admission admission = add(envelope.apply(sending.context()), from);
			sending.end(refusal(admission).orElse(null));
			return admission;
		}
		catch (Throwable ex) {
			sending.end(ex);
			throw ex;
		}
	}

	/**
	 * Adds an event, or the delivery of one.
	 */
	private Admission add(Object event, Sender from) {
		StageRef sender = StageRef.current().orElse(null);
		StageRef wanting;
		this.lock.lock();
		try {
			if (!takesFrom(sender)) {
				return Admission.CLOSED;
			}
			if (this.waiting.size() >= this.capacity) {
				return Admission.FULL;
			}
			wanting = enqueue(new Waiting(event, from));
		}
		finally {
			this.lock.unlock();
		}
		wake(wanting);
		return Admission.ADMITTED;
	}

	/**
	 * Adds an event and returns the stage if it has to be notified, since it is owing.
	 */
	private @Nullable StageRef enqueue(Waiting arrival) {
		boolean first = this.waiting.isEmpty();
		this.waiting.add(arrival);
		this.arrived.add(1);
		return (first && this.owed > 0 && this.context != null) ? this.context.self() : null;
	}

	private static void wake(@Nullable StageRef stage) {
		if (stage != null) {
			stage.tell(Wake.UP);
		}
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private List<E> take(long demand) {
		List<Waiting> taken = new ArrayList<>();
		boolean done;
		this.lock.lock();
		try {
			this.owed = Demand.add(this.owed, demand);
			while (this.owed > 0 && !this.waiting.isEmpty()) {
				taken.add(this.waiting.remove());
				this.owed--;
			}
			if (!taken.isEmpty()) {
				this.roomOrClosed.signalAll();
			}
			done = this.draining && this.waiting.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
		if (done && this.context != null) {
			this.context.complete();
		}
		taken.forEach((event) -> event.sender().taken());
		return (List<E>) taken.stream().map(Waiting::event).toList();
	}

	private enum Admission {

		ADMITTED, FULL, CLOSED

	}

	/**
	 * The message to itself.
	 */
	private enum Wake {

		UP

	}

	/**
	 * An event in line, or the delivery of one, and who has sent it.
	 */
	private record Waiting(Object event, Sender sender) {
	}

	/**
	 * Who has put an event in, and what is to be said to it.
	 */
	private interface Sender {

		/** Wants to know nothing. */
		Sender NOBODY = new Sender() {
		};

		/** Returns whether somebody waits for what becomes of the event. */
		default boolean waits() {
			return false;
		}

		/** Returns whether somebody waits for what becomes of it in this run. */
		default boolean waitsForTheEnd() {
			return false;
		}

		default void taken() {
		}

		default void refused(QueueClosedException refusal) {
		}

	}

	/**
	 * Waits until the event is handed on.
	 */
	private record TakenSender(CompletableFuture<Void> whenTaken) implements Sender {

		@Override
		public boolean waits() {
			return true;
		}

		@Override
		public void taken() {
			this.whenTaken.complete(null);
		}

		@Override
		public void refused(QueueClosedException refusal) {
			this.whenTaken.completeExceptionally(refusal);
		}

	}

	/**
	 * Waits until the event is settled.
	 */
	private record DeliverySender(CompletableFuture<Outcome> whenSettled) implements Sender {

		@Override
		public boolean waits() {
			return true;
		}

		@Override
		public boolean waitsForTheEnd() {
			return true;
		}

		@Override
		public void refused(QueueClosedException refusal) {
			this.whenSettled.completeExceptionally(refusal);
		}

	}

}
