package io.genstage.failure;

import java.time.Duration;
import java.util.List;

import io.genstage.delivery.Outcome;
import io.genstage.failure.Attempting.Answered;
import io.genstage.intake.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of events that a stage could not handle: what is decided about them, and
 * the last word that they get. The engine's side of {@link Retrying}, with
 * {@link Attempting}.
 *
 * @param <E> the type of the events
 */
public interface Aftermath<E> {

	/** Returns what the handler and the functions of the user see of an event. */
	Object payload(E event);

	/** Returns whether somebody gets an event again that is failed. */
	boolean isAcknowledged(E event);

	/** Asks a decider, or returns what the policy says if the decider fails. */
	Decision decide(FailureDecider decider, E event, Throwable cause, int attempts);

	/**
	 * Asks a decider about all that has failed in a call, or returns as often what the
	 * policy says if the decider fails.
	 * @return as many decisions
	 */
	List<Decision> decide(FailuresDecider decider, List<FailedAttempt<?>> failed);

	/** Notes that an event is going to be attempted again. */
	void retries(Ending<E> ending, Duration delay);

	/**
	 * Returns what was attempted with an event before it was given back to its source, or
	 * null if it was not.
	 */
	@Nullable Earlier earlier(E event);

	/** Returns whether the source of an event keeps it for another attempt. */
	Keeping keeping(E event);

	/** Gives an event back to its source, which keeps it for another attempt. */
	void giveBack(Ending<E> ending, Duration delay);

	/** Gives an event the last word, which is neither accepted nor a dead letter. */
	void settle(Ending<E> ending, Outcome outcome);

	/**
	 * Makes a dead letter of an event.
	 * @param answered called in a turn of the stage when the letter is stored, or with
	 * what has failed
	 */
	void bury(Ending<E> ending, Answered answered) throws Exception;

	/**
	 * Makes a dead letter of an event behind another one of its key, if that is still
	 * there.
	 * @param answered called in a turn of the stage when that is known
	 */
	void follow(Ending<E> ending, Followed answered) throws Exception;

	/** Returns whether events wait behind dead letters of their keys. */
	boolean ordersLetters();

	/** Returns whether any event may have to wait behind a dead letter now. */
	boolean mayBeBehind();

	/** Returns whether an event is that of a dead letter, which waits behind nothing. */
	boolean isReplayed(E event);

	/** Returns whether an event may be handled, as far as dead letters are concerned. */
	Turn turn(E event);

	/** The stage pauses since everything fails like this, or goes on if it is null. */
	void outage(@Nullable Throwable failure);

	/**
	 * An event whose attempts have come to an end, or to a pause.
	 *
	 * @param inlet by which it came
	 * @param event the event
	 * @param cause what was thrown last, or null if the event was not attempted
	 * @param attempts how many attempts there were
	 * @param batch a number that events which failed together share, or 0
	 * @param firstFailed when it failed first, by the clock of the stage
	 * @param reason why no attempt follows, or empty if one does
	 * @param letter what a dead letter is to have in the place of the event, or null
	 * @param <E> the type of the event
	 */
	record Ending<E>(Inlet inlet, E event, @Nullable Throwable cause, int attempts, long batch, long firstFailed,
			String reason, @Nullable Object letter) {
	}

	/**
	 * Attempts that were made with an event before it was given back to its source.
	 *
	 * @param attempts how many, at least 1
	 * @param firstFailed when the first has failed, by the clock of the stage
	 */
	record Earlier(int attempts, long firstFailed) {
	}

	/**
	 * Whether the source of an event keeps it for another attempt.
	 */
	enum Keeping {

		/** It does. */
		KEEPS,

		/** That is known in a moment. */
		LATER,

		/** It doesn't. */
		NEVER

	}

	/**
	 * What dead letters mean for an event of their key.
	 */
	enum Turn {

		/** There are none, or it goes before them. */
		FREE,

		/** It becomes one of them. */
		BEHIND,

		/** There are too many of them, or nobody knows: it waits. */
		LATER

	}

	/**
	 * Hears whether an event has become a dead letter behind others.
	 */
	@FunctionalInterface
	interface Followed {

		/**
		 * Called in a turn of the stage.
		 * @param kept whether it has; otherwise there is no other one any more
		 * @param failure why that is not known, or null if it is
		 */
		void answered(boolean kept, @Nullable Throwable failure) throws Exception;

	}

}
