package io.genstage.task;

import java.util.function.Consumer;

import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.task.TaskStatus.Task;
import org.jspecify.annotations.Nullable;

/**
 * One unfinished task as its stage keeps it, over all its attempts. Any thread may read
 * the status.
 *
 * @param <E> the type of the event
 */
final class SupervisedTask<E> {

	/** By which its event came, or null if it was started by hand. */
	private final @Nullable Inlet inlet;

	private @Nullable Attempt attempt;

	/** The attempt that somebody has asked about last, and when that was first. */
	private @Nullable Attempt seen;

	private long seenAt;

	/** What a policy knows of it, or null if there is none. */
	private @Nullable InFlightEvent<E> inFlight;

	/** Hears what has come of the attempt, if there is a policy. */
	private InFlightEvent.@Nullable Answer answer;

	/** Gets an answer when the task has ended at somebody's wish. */
	private @Nullable Consumer<Boolean> terminator;

	private volatile Task<E> status;

	SupervisedTask(long id, E event, @Nullable Inlet inlet) {
		this.inlet = inlet;
		this.status = new Task<>(id, event, 0, false);
	}

	long id() {
		return this.status.id();
	}

	E event() {
		return this.status.event();
	}

	int attempts() {
		return this.status.attempts();
	}

	@Nullable Inlet inlet() {
		return this.inlet;
	}

	Task<E> status() {
		return this.status;
	}

	/** Lets a policy decide about it, which says also when it begins. */
	void decideBy(InFlightEvent<E> inFlight) {
		this.inFlight = inFlight;
		awaitRestart();
	}

	@Nullable InFlightEvent<E> inFlight() {
		return this.inFlight;
	}

	/** Returns whether its slot is free though it is not over. */
	boolean hasNoSlot() {
		return this.inFlight != null && this.inFlight.hasMadeRoom();
	}

	void answerTo(InFlightEvent.Answer answer) {
		this.answer = answer;
	}

	InFlightEvent.@Nullable Answer answer() {
		return this.answer;
	}

	/** The executor has the next attempt. */
	void begin(Attempt attempt) {
		this.attempt = attempt;
		this.status = new Task<>(id(), event(), attempts() + 1, false);
	}

	/** It waits for its next attempt. */
	void awaitRestart() {
		this.attempt = null;
		this.status = new Task<>(id(), event(), attempts(), true);
	}

	/** Returns for how long its attempt has gone on since somebody asked first. */
	long lasts(Attempt running, long now) {
		if (this.seen != running) {
			this.seen = running;
			this.seenAt = now;
		}
		return now - this.seenAt;
	}

	/** Returns the attempt that the executor has, or null while there is none. */
	@Nullable Attempt attempt() {
		return this.attempt;
	}

	boolean hasReturned() {
		return this.attempt != null && this.attempt.hasEnded() && this.attempt.failure() == null;
	}

	/** Ends the task at somebody's wish, who gets an answer when it has ended. */
	void terminate(Consumer<Boolean> terminator) {
		this.terminator = terminator;
		if (this.attempt != null) {
			this.attempt.interrupt();
		}
	}

	boolean isTerminated() {
		return this.terminator != null;
	}

	void answerTerminator() {
		if (this.terminator != null) {
			this.terminator.accept(true);
		}
	}

}
