package io.genstage.delivery;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A source's side of settlements: is called with the events that have got their outcome.
 * <p>
 * It is called on an executor and never within a handler, once for each group of what was
 * settled meanwhile, and not again before it has returned. It may block. What it throws
 * is logged and counted, and leaves the events of this call open at the source; other
 * groups and the stages don't suffer from it.
 *
 * @param <G> what the source can settle together: a channel, a partition, a page
 */
@FunctionalInterface
public interface Acknowledger<G> {

	/**
	 * Settles events at the source.
	 * @param group the group that the events were delivered with
	 * @param accepted the events that are done, in the order in which they were settled:
	 * accepted, skipped and dead-lettered ones. Nobody can change the list
	 * @param failed the events that the source is to send again or to reject, in the same
	 * order. One of the lists may be empty
	 * @throws Exception if the source can't be reached; the events stay open there
	 */
	void settle(G group, List<Settlement> accepted, List<Settlement> failed) throws Exception;

	/**
	 * Returns whether the source can do what a handler may ask for. What it can't do is
	 * ignored, which is logged with the first event that it is asked for.
	 * @param action what a handler asks for
	 * @return false unless overridden
	 */
	default boolean honours(SourceHint.Action action) {
		return false;
	}

	/**
	 * Returns whether an event that a stage gives up is failed to this source, whatever
	 * the stage does with others: it becomes no dead letter, since the source is what
	 * replays dead letters and still has the one of this event.
	 * @return false unless overridden
	 */
	default boolean takesBack() {
		return false;
	}

	/**
	 * Returns whether the source keeps an event that is to be attempted again after some
	 * time, with what has to be known of its attempts, also when this JVM has ended.
	 * Events whose retry is due later than the {@code hold} of a
	 * {@link io.genstage.failure.FailurePolicy} are given back to it then: they have
	 * failed, with a {@link Settlement#retry()} and a hint that says the delay. That is
	 * no failure for good, and is not to be counted among those after which the source
	 * gives an event up.
	 * @return false unless overridden
	 */
	default boolean keepsRetries() {
		return false;
	}

	/**
	 * Returns what the source has kept of attempts with an event.
	 * @param reference what the source has given with the event
	 * @return the {@link Settlement#retry()} with which it was given back the last time,
	 * or {@code null} if it was not
	 */
	default @Nullable HeldRetry heldRetry(@Nullable Object reference) {
		return null;
	}

}
