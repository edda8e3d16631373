package io.genstage.source;

import java.util.List;

import io.genstage.SourceProgress;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link PullingProducer} gets its events.
 *
 * @param <E> the type of the events
 */
interface Supply<E> {

	/** Returns whether it goes on where it was when it is opened again. */
	boolean isResumable();

	/** Opens the supply for one run of the producer. */
	default void open() throws Exception {
	}

	/** Returns up to {@code limit} events; fewer if there are no more for now. */
	List<? extends E> pull(int limit) throws Exception;

	/** Returns whether a pull has met the end, so that there will never be more. */
	boolean isExhausted();

	/**
	 * Returns how far it has come, or null if it has no end. Any thread may call this.
	 */
	default @Nullable SourceProgress progress() {
		return null;
	}

	/** Lets go of what was opened; called once for each run, whatever ended it. */
	default void close() throws Exception {
	}

}
