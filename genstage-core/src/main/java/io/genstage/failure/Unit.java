package io.genstage.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.genstage.failure.Retrying.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Events that are attempted together: one, or those of a list that has failed as a whole.
 *
 * @param <E> the type of the events
 */
final class Unit<E> {

	private final List<Waiting<E>> events;

	private final @Nullable Object key;

	private int attempts;

	private @Nullable Throwable cause;

	private long firstFailed;

	/** Whether it has failed before it came. */
	private boolean failedBefore;

	/** How many successes the stage had when this failed first. */
	private long successesBefore;

	private long due;

	private boolean decided = true;

	private boolean running;

	private @Nullable Line<E> line;

	private @Nullable Unit<E> triedBefore;

	/** Of events that have failed together, or 0. */
	private long batch;

	Unit(List<Waiting<E>> events, @Nullable Object key) {
		this.events = new ArrayList<>(events);
		this.key = key;
	}

	/** Returns another one of these events, with what is known of their attempts. */
	Unit<E> part(List<Waiting<E>> events, @Nullable Object key) {
		Unit<E> part = new Unit<>(events, key);
		part.attempts = this.attempts;
		part.cause = this.cause;
		part.firstFailed = this.firstFailed;
		part.successesBefore = this.successesBefore;
		part.batch = this.batch;
		return part;
	}

	Unit<E> withCause(Throwable cause) {
		this.cause = cause;
		return this;
	}

	List<Waiting<E>> events() {
		return this.events;
	}

	@Nullable Object key() {
		return this.key;
	}

	/**
	 * Notes a failure.
	 * @param counts whether it was one of the attempts that the policy grants
	 */
	void failed(Throwable cause, long now, long successes, boolean counts) {
		if (this.cause == null) {
			this.firstFailed = this.failedBefore ? this.firstFailed : now;
			this.successesBefore = successes;
		}
		this.cause = cause;
		this.running = false;
		if (counts) {
			this.attempts++;
		}
	}

	/** Goes on counting the attempts that were made before it came. */
	void goOnFrom(Aftermath.@Nullable Earlier earlier) {
		if (earlier != null) {
			this.attempts = Math.max(this.attempts, earlier.attempts());
			this.firstFailed = earlier.firstFailed();
			this.failedBefore = true;
		}
	}

	int attempts() {
		return this.attempts;
	}

	/** Returns what was thrown last. */
	Throwable cause() {
		return Objects.requireNonNull(this.cause, "it has not failed");
	}

	long firstFailed() {
		return this.firstFailed;
	}

	long successesBefore() {
		return this.successesBefore;
	}

	long due() {
		return this.due;
	}

	void dueAt(long time) {
		this.due = time;
	}

	boolean isDecided() {
		return this.decided;
	}

	void decided(boolean decided) {
		this.decided = decided;
	}

	boolean isRunning() {
		return this.running;
	}

	/** Returns the line in which it waits, or null if it has not been put into one. */
	@Nullable Line<E> line() {
		return this.line;
	}

	void setLine(@Nullable Line<E> line) {
		this.line = line;
	}

	/**
	 * Returns whether it was tried once more right before another one, at no cost. One is
	 * not tried before itself: that is for its time to say.
	 */
	boolean wasTriedBefore(Unit<E> other) {
		return this.triedBefore == other && other != this;
	}

	void tryBefore(Unit<E> other) {
		this.triedBefore = other;
	}

	void run() {
		this.running = true;
	}

	/** Gives a list that has failed together a number, once. */
	void numberBatch(LongSupplier numbers) {
		if (this.batch == 0 && this.events.size() > 1) {
			this.batch = numbers.getAsLong();
		}
	}

	Aftermath.Ending<E> ending(Waiting<E> waiting, String reason, @Nullable Object letter) {
		return new Aftermath.Ending<>(waiting.inlet(), waiting.event(), this.cause, this.attempts, this.batch,
				this.firstFailed, reason, letter);
	}

	/** Returns an end for an event that may not have failed, but has no turn now. */
	Aftermath.Ending<E> endingNow(Waiting<E> waiting, String reason, @Nullable Object letter, long now) {
		return new Aftermath.Ending<>(waiting.inlet(), waiting.event(), this.cause, this.attempts, this.batch,
				(this.cause != null) ? this.firstFailed : now, reason, letter);
	}

}
