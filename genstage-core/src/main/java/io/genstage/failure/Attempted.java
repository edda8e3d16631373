package io.genstage.failure;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has come of one call of a handler: which of its events are handled, which have
 * failed, and which it has not got to.
 */
public final class Attempted {

	/** All events are handled. */
	public static final Attempted HANDLED = new Attempted(null, List.of(), null);

	/** Null for all. */
	private final @Nullable BitSet handled;

	private final List<Failed> failed;

	/** Null if it is known which events have failed. */
	private final @Nullable Throwable failure;

	private Attempted(@Nullable BitSet handled, List<Failed> failed, @Nullable Throwable failure) {
		this.handled = handled;
		this.failed = failed;
		this.failure = failure;
	}

	/**
	 * One event has failed; those before it are handled, and those behind it are for
	 * another call.
	 */
	public static Attempted failedAt(int place, Throwable cause) {
		BitSet before = new BitSet(place);
		before.set(0, place);
		return new Attempted(before, List.of(new Failed(place, cause)), null);
	}

	/**
	 * Some events have failed; what is neither handled nor failed is for another call.
	 */
	public static Attempted failed(BitSet handled, List<Failed> failed) {
		return new Attempted(handled, failed, null);
	}

	/** The call has failed, and with it all its events. */
	public static Attempted failed(Throwable failure) {
		return failed(new BitSet(0), failure);
	}

	/** The call has failed, and with it all events that were not handled by then. */
	public static Attempted failed(BitSet handled, Throwable failure) {
		return new Attempted(handled, List.of(), failure);
	}

	/** Returns the places of the events that are handled, if not all are. */
	public BitSet handled() {
		return (this.handled != null) ? this.handled : new BitSet(0);
	}

	/** Returns what has failed, of several failures the first, or null if nothing has. */
	public @Nullable Throwable firstFailure() {
		return this.failed.isEmpty() ? this.failure : this.failed.get(0).cause();
	}

	boolean isHandled() {
		return this.handled == null;
	}

	boolean isHandled(int place) {
		return this.handled == null || this.handled.get(place);
	}

	boolean hasHandled() {
		return this.handled == null || !this.handled.isEmpty();
	}

	List<Failed> failed() {
		return this.failed;
	}

	/** Returns what has been thrown for each event that has failed, by its place. */
	Map<Integer, Throwable> causes() {
		Map<Integer, Throwable> causes = new HashMap<>();
		this.failed.forEach((one) -> causes.put(one.place(), one.cause()));
		return causes;
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * One event that has failed.
	 */
	public record Failed(int place, Throwable cause) {
	}

}
