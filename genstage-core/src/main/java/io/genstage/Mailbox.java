package io.genstage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.genstage.demand.Counter;
import io.genstage.demand.FieldHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one place of a stage that several threads touch: it takes messages from any thread
 * and hands them to the stage in order, one at a time.
 */
final class Mailbox {

	/*
	 * The flag is cleared before the queue is looked at again. A message sent in between
	 * either sees the flag cleared and schedules, or is seen by that last look. Without
	 * the look such a message would wait for the next one (MailboxLincheckTests finds the
	 * schedule).
	 */

	/** The most messages of one turn; then other stages get the thread. */
	static final int TURN = 64;

	private static final VarHandle BUSY = FieldHandle.of(MethodHandles.lookup(), "busy", boolean.class);

	private final Queue<Message> messages = new ConcurrentLinkedQueue<>();

	/** Set while a turn is running or waiting for a thread; at first, until opened. */
	private volatile boolean busy = true;

	private final Executor executor;

	private final Consumer<Message> receiver;

	private final Consumer<Runnable> turns;

	private final Runnable handingOver = this::handOver;

	private final Counter turnsBegun = new Counter();

	/**
	 * Creates a mailbox that keeps its messages until it is {@linkplain #open() opened}.
	 * @param executor runs the turns
	 * @param receiver is handed the messages, and must not throw but for errors of the
	 * JVM
	 */
	Mailbox(Executor executor, Consumer<Message> receiver) {
		this(executor, receiver, Runnable::run);
	}

	/**
	 * Creates a mailbox whose turns are surrounded by something.
	 * @param turns runs what it is given, the turn, once and on the same thread
	 */
	Mailbox(Executor executor, Consumer<Message> receiver, Consumer<Runnable> turns) {
		this.executor = executor;
		this.receiver = receiver;
		this.turns = turns;
	}

	void open() {
		rest();
	}

	void tell(Message message) {
		this.messages.add(message);
		scheduleTurn();
	}

	private void scheduleTurn() {
		if (claimTurn()) {
			this.executor.execute(this::takeTurn);
		}
	}

	/** Returns true to one caller, who has to see to the next turn then. */
	private boolean claimTurn() {
		return !this.busy && BUSY.compareAndSet(this, false, true);
	}

	private void takeTurn() {
		do {
			try {
				this.turns.accept(this.handingOver);
			}
			catch (Throwable ex) {
				rest();
				throw ex;
			}
		}
		while (endTurn());
	}

	private void handOver() {
		this.turnsBegun.add(1);
		for (int taken = 0; taken < TURN; taken++) {
			Message message = this.messages.poll();
			if (message == null) {
				return;
			}
			this.receiver.accept(message);
		}
	}

	/**
	 * Returns whether no turn is running or coming. Two looks that find it so, with the
	 * same {@linkplain #turnsBegun() number of turns}, prove it for all the time between.
	 */
	boolean isIdle() {
		return this.messages.isEmpty() && !this.busy;
	}

	/** Returns how many turns have begun. */
	long turnsBegun() {
		return this.turnsBegun.get();
	}

	/** Returns whether messages wait for the next turn, or for this one to go on. */
	boolean hasMessages() {
		return !this.messages.isEmpty();
	}

	private void rest() {
		this.busy = false;
		if (!this.messages.isEmpty()) {
			scheduleTurn();
		}
	}

	/**
	 * Ends a turn and returns whether this thread has to take the next one.
	 */
	private boolean endTurn() {
		this.busy = false;
		if (this.messages.isEmpty() || !claimTurn()) {
			return false;
		}
		NextTurn next = new NextTurn();
		this.executor.execute(next);
		return next.isGivenBack();
	}

	/**
	 * A turn that is offered at the end of another one. An executor that runs it inside
	 * of that offer, because it uses the caller's thread, gets back at once, so that the
	 * stack doesn't grow with each turn.
	 */
	private final class NextTurn implements Runnable {

		private @Nullable Thread offering = Thread.currentThread();

		private boolean givenBack;

		@Override
		public void run() {
			if (Thread.currentThread() == this.offering) {
				this.givenBack = true;
			}
			else {
				takeTurn();
			}
		}

		/** Called by the offering thread when the executor has got back. */
		boolean isGivenBack() {
			this.offering = null;
			return this.givenBack;
		}

	}

}
