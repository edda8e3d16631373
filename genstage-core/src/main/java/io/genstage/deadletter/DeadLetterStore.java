package io.genstage.deadletter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Keeps dead letters and their events. Any thread may call any method. Those that stages
 * call, {@link #append}, {@link #appendBehind}, {@link #holds} and {@link #held}, must
 * not block; the others may, and may throw what goes wrong.
 * <p>
 * A letter has a place in the order of arrival, which it keeps for good. Letters of one
 * stage with the same key are a sequence: none of them can be claimed before those in
 * front of it are gone or abandoned.
 *
 * @see MemoryDeadLetterStore
 */
public interface DeadLetterStore {

	/**
	 * Returns whether letters outlast the process. An event that its source could send
	 * again is never taken off the source on the word of a store that isn't durable.
	 * @return {@code true} if a letter is safe once it is {@linkplain #append appended}
	 */
	boolean isDurable();

	/**
	 * Returns whether letters are handed on to stages instead of being kept. Then an
	 * event that its source could send again comes as its
	 * {@link io.genstage.delivery.Delivery delivery}, and its source gets to know what
	 * becomes of it there.
	 * @return {@code false} unless overridden
	 */
	default boolean handsOn() {
		return false;
	}

	/**
	 * Keeps a letter behind all others. Must not block: what takes time is done by a
	 * thread of the store's own. Until the result completes the event stays with its
	 * stage, which tries again if it fails. So a letter that is there already, by its id,
	 * must not be kept twice.
	 * @param letter the letter
	 * @param event its event
	 * @return the letter with its position, complete when it is kept; fails if it can't
	 * be
	 */
	CompletionStage<DeadLetter> append(DeadLetter letter, Object event);

	/**
	 * Keeps a letter behind all others, if one that is not abandoned with the same stage
	 * and key is there at that moment: its event was not handled, but has to wait for
	 * that one. Whoever removes the last letter in front, and looks for others after
	 * that, must find this one, or it must not be kept. Everything else is as with
	 * {@link #append}.
	 * @param letter the letter, which has a key
	 * @param event its event
	 * @return the letter with its position, complete when it is kept; nothing if there is
	 * none in front of it, so that its event is to be handled; fails if it can't be kept.
	 * Unless overridden, it is always kept
	 */
	default CompletionStage<Optional<DeadLetter>> appendBehind(DeadLetter letter, Object event) {
		return append(letter, event).thenApply(Optional::of);
	}

	/**
	 * Returns a letter.
	 * @param id its id
	 * @return the letter, if it is there
	 */
	Optional<DeadLetter> find(UUID id);

	/**
	 * Returns the event of a letter, as the type that its stage takes.
	 * @param id the id of the letter
	 * @return the event, if the letter is there
	 * @throws RuntimeException if the event can't be read; the message says why without
	 * any data of the event
	 */
	Optional<Object> event(UUID id);

	/**
	 * Returns letters, the newest first. Who goes on behind the last one of a page misses
	 * none and sees none twice, whatever comes and goes meanwhile.
	 * @param filter which letters
	 * @param before only letters with a smaller position; {@link Long#MAX_VALUE} to begin
	 * @param limit how many at most, at least 1
	 * @return the letters, fewer than the limit if there are no more
	 */
	List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit);

	/**
	 * Returns letters, the oldest first.
	 * @param filter which letters
	 * @param after only letters with a greater position; 0 to begin
	 * @param limit how many at most, at least 1
	 * @return the letters, fewer than the limit if there are no more
	 */
	List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit);

	/**
	 * Takes a letter for a replay, so that nobody else replays, changes or removes it for
	 * some time. It is {@link DeadLetter.Status#REPLAYING} then, until it is
	 * {@linkplain #giveBack given back} or {@linkplain #remove(UUID, UUID) removed}, or
	 * the time is over; after that it waits as before. The same claim again gives it more
	 * time.
	 * @param id the id of the letter
	 * @param claim who takes it: an id that nobody else has
	 * @param time for how long, from now
	 * @return the letter as it would be without the claim, if it is taken; nothing if it
	 * isn't there, if another claim has it, or if a letter in front of it with the same
	 * stage and key is neither gone nor abandoned
	 */
	Optional<DeadLetter> claim(UUID id, UUID claim, Duration time);

	/**
	 * Puts a letter that was replayed in vain, or was not replayed after all, back to its
	 * place.
	 * @param letter the letter as it is now
	 * @param claim the claim that it was taken by
	 * @return whether it is put back; {@code false} if the claim doesn't have it any more
	 */
	boolean giveBack(DeadLetter letter, UUID claim);

	/**
	 * Removes a letter that was replayed with success.
	 * @param id the id of the letter
	 * @param claim the claim that it was taken by
	 * @return whether it is removed; {@code false} if the claim doesn't have it any more
	 */
	boolean remove(UUID id, UUID claim);

	/**
	 * Removes a letter for good, with its event.
	 * @param id the id of the letter
	 * @return whether it is removed; {@code false} if it isn't there or a claim has it
	 */
	boolean remove(UUID id);

	/**
	 * Gives a letter up without removing it: those behind it with the same key needn't
	 * wait for it any more.
	 * @param id the id of the letter
	 * @param reason why, for whoever looks at it
	 * @return whether it is abandoned now; {@code false} if it isn't there or a claim has
	 * it
	 */
	boolean abandon(UUID id, String reason);

	/**
	 * Says of a letter that waits why it could not be replayed.
	 * @param id the id of the letter
	 * @param reason why, for whoever looks at it
	 * @return whether it is noted; {@code false} if the letter isn't there, is abandoned,
	 * or if a claim has it
	 */
	boolean explain(UUID id, String reason);

	/**
	 * Returns whether events of a stage may have to wait behind letters. Called for each
	 * portion of stages that keep events of one key in order, so it must not block, and
	 * should be cheap: {@link #held} is asked only if so.
	 * @param stage the name of the stage
	 * @return {@code false} only if no letter of the stage has a key, apart from
	 * abandoned ones; {@code true} unless overridden
	 */
	default boolean holds(String stage) {
		return true;
	}

	/**
	 * Returns how many letters an event of some key has to wait behind: those that are
	 * not abandoned. Called for each event of stages that keep events of one key in
	 * order, while they {@linkplain #holds have letters}, so it must not block. A letter
	 * of this instance counts as soon as it is appended; those of others may count later.
	 * @param stage the name of the stage
	 * @param key the key as text
	 * @return the number of letters
	 */
	int held(String stage, String key);

	/**
	 * Returns how many letters there are.
	 * @return the numbers at this moment
	 */
	DeadLetterCounts counts();

}
