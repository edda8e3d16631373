package io.genstage.source;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.dispatch.Demand;
import io.genstage.log.StageLog;
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

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition roomOrClosed = this.lock.newCondition();

	// Guarded by the lock

	private final Queue<Waiting<E>> waiting = new ArrayDeque<>();

	private long owed;

	private boolean closed;

	/** Whether only stages that drain may still put events in. */
	private boolean closedToOutside;

	private boolean draining;

	/** Stages that have met a full queue in this run. */
	private final Set<StageRef> checkedForStandstill = new HashSet<>();

	/** Why nobody will take an event, if nobody will. */
	private @Nullable ExitReason vain;

	private @Nullable StageContext context;

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
		return add(event, null) == Admission.ADMITTED;
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
			wanting = enqueue(new Waiting<>(event, null));
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
	 */
	public CompletionStage<Void> send(E event) {
		CompletableFuture<Void> taken = new CompletableFuture<>();
		switch (add(event, taken)) {
			case FULL -> taken.completeExceptionally(new QueueFullException(this.capacity));
			case CLOSED -> taken.completeExceptionally(closedException());
			case ADMITTED -> {
				// Completed when it is taken.
			}
		}
		return taken.minimalCompletionStage();
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
	public long backlog() {
		return size();
	}

	@Override
	public void onStart(StageContext context) {
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
		giveUp(cause);
	}

	@Override
	public void onStop(ExitReason reason) {
		if (!reason.isClean()) {
			giveUp(reason);
		}
	}

	/**
	 * Refuses events from now on, or no longer. Who has sent one learns that it has not
	 * been taken, and may send it elsewhere; so it must not stay.
	 */
	private void giveUp(@Nullable ExitReason cause) {
		List<CompletableFuture<Void>> senders = new ArrayList<>();
		this.lock.lock();
		try {
			this.vain = cause;
			if (cause != null) {
				this.waiting.removeIf((waiting) -> waiting.taken() != null && senders.add(waiting.taken()));
				this.roomOrClosed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
		senders.forEach((sender) -> sender.completeExceptionally(new QueueClosedException(cause)));
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

	private Admission add(E event, @Nullable CompletableFuture<Void> taken) {
		Objects.requireNonNull(event, "an event must not be null");
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
			wanting = enqueue(new Waiting<>(event, taken));
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
	private @Nullable StageRef enqueue(Waiting<E> arrival) {
		boolean first = this.waiting.isEmpty();
		this.waiting.add(arrival);
		return (first && this.owed > 0 && this.context != null) ? this.context.self() : null;
	}

	private static void wake(@Nullable StageRef stage) {
		if (stage != null) {
			stage.tell(Wake.UP);
		}
	}

	private List<E> take(long demand) {
		List<Waiting<E>> taken = new ArrayList<>();
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
		taken.forEach(Waiting::confirm);
		return taken.stream().map(Waiting::event).toList();
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
	 * An event in line and who wants to know when it is taken.
	 */
	private record Waiting<E>(E event, @Nullable CompletableFuture<Void> taken) {

		void confirm() {
			if (this.taken != null) {
				this.taken.complete(null);
			}
		}

	}

}
