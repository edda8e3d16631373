package io.genstage.intake;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * An event that a stage has begun to handle.
 *
 * @param <E> the type of the event
 */
public final class InFlightEvent<E> {

	private final Owner<E> owner;

	private final Inlet inlet;

	private final E event;

	private final @Nullable Work work;

	private BooleanSupplier stopping = () -> false;

	private @Nullable Finish finish;

	private boolean givenUp;

	/** Whether it is worked on now, and not kept for another attempt. */
	private boolean running;

	/** When the attempt began, if somebody has noted that. */
	private long began;

	private boolean seen;

	/** When somebody has seen first that it is worked on. */
	private long seenAt;

	/** Up to when it has more time, if it has been given more. */
	private volatile long extendedUntil;

	private volatile boolean extended;

	private boolean roomMade;

	/**
	 * Creates an event in flight.
	 * @param owner gets to know when it is over
	 * @param inlet by which it came
	 * @param event the event
	 * @param work begins an attempt at it, or null if the handler of the stage does
	 */
	public InFlightEvent(Owner<E> owner, Inlet inlet, E event, @Nullable Work work) {
		this.owner = owner;
		this.inlet = inlet;
		this.event = event;
		this.work = work;
	}

	/** Returns what begins an attempt, or null if the handler of the stage does. */
	public @Nullable Work work() {
		return this.work;
	}

	E event() {
		return this.event;
	}

	/** Returns the subscription by which the event came. */
	public Inlet inlet() {
		return this.inlet;
	}

	/** An attempt begins. */
	public void begins() {
		this.running = true;
		this.seen = false;
		this.extended = false;
	}

	/** Notes when the attempt begins. */
	public void beginsAt(long moment) {
		this.began = moment;
	}

	/** Returns when the attempt began. */
	public long began() {
		return this.began;
	}

	/** The attempt is over. */
	public void ends() {
		this.running = false;
	}

	boolean isRunning() {
		return this.running;
	}

	/** Returns for how long the attempt has gone on since somebody asked first. */
	long lasts(long now) {
		if (!this.seen) {
			this.seen = true;
			this.seenAt = now;
		}
		long until = this.extendedUntil;
		return Math.max(now - ((this.extended && until - this.seenAt > 0) ? until : this.seenAt), 0);
	}

	/**
	 * Says that the attempt has more time, as if it began at some moment. Any thread may
	 * call it.
	 */
	public void extend(long until) {
		this.extendedUntil = until;
		this.extended = true;
	}

	/**
	 * Sets what is to be done when the stage stops before the event is finished.
	 * @param stopping returns whether the event is done nevertheless
	 */
	public void onStop(BooleanSupplier stopping) {
		this.stopping = stopping;
	}

	/**
	 * The work for the event is over. Called in a turn of the stage.
	 * @param finish what is to be done for it when it is its turn
	 * @throws Exception what that, or what has become possible by it, has thrown
	 */
	public void complete(Finish finish) throws Exception {
		this.finish = finish;
		this.owner.completed(this);
	}

	/**
	 * The event has an outcome already, and only its place is still to be given back.
	 * @throws Exception what has become possible by it has thrown
	 */
	public void giveUp() throws Exception {
		this.givenUp = true;
		complete(() -> {
		});
	}

	boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * Lets another event be begun in its place, for which it may have to wait.
	 * @throws Exception what has become possible by it has thrown
	 */
	public void makeRoom() throws Exception {
		if (!this.roomMade) {
			this.roomMade = true;
			this.owner.madeRoom(this);
		}
	}

	/** Returns whether its place was given to another event. */
	public boolean hasMadeRoom() {
		return this.roomMade;
	}

	/** Returns what is to be done for it, or null as long as it is worked on. */
	@Nullable Finish finish() {
		return this.finish;
	}

	/** Returns whether the event is done, though its end has not had its turn. */
	boolean stop() {
		return this.stopping.getAsBoolean();
	}

	/**
	 * Who has begun an event, and keeps a place for it.
	 *
	 * @param <E> the type of the event
	 */
	public interface Owner<E> {

		/** The work for an event is over. */
		void completed(InFlightEvent<E> event) throws Exception;

		/** The place of an event is free, and is not given back a second time. */
		void madeRoom(InFlightEvent<E> event) throws Exception;

	}

	/**
	 * Work for an event that is not begun by the handler in a turn of the stage.
	 */
	@FunctionalInterface
	public interface Work {

		/**
		 * Begins an attempt.
		 * @param answer is given what has come of it, in a turn of the stage
		 */
		void begin(Answer answer) throws Exception;

	}

	/**
	 * Hears what has come of an attempt.
	 */
	@FunctionalInterface
	public interface Answer {

		/** The attempt is over, and has gone well if there is no failure. */
		void answer(@Nullable Throwable failure) throws Exception;

	}

	/**
	 * Counts an event as handled and emits its results, or fails the stage.
	 */
	@FunctionalInterface
	public interface Finish {

		void run() throws Exception;

	}

}
