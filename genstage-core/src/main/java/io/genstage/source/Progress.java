package io.genstage.source;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The elements from the oldest unsettled one to the last one that was read, and the
 * position up to which all are settled.
 *
 * @param <P> the type of the positions
 */
final class Progress<P> {

	private final int maxUnsettled;

	private final Deque<Place<P>> places = new ArrayDeque<>();

	private @Nullable P settledUpTo;

	private @Nullable P readUpTo;

	private long read;

	private int unsettled;

	/** Begins behind a position. */
	Progress(@Nullable P start, int maxUnsettled) {
		this.settledUpTo = start;
		this.readUpTo = start;
		this.maxUnsettled = maxUnsettled;
	}

	/** Returns how many elements may be added. */
	int room() {
		return this.maxUnsettled - this.places.size();
	}

	/** Adds the next element that was read, which is unsettled. */
	Place<P> add(P position) {
		if (room() <= 0) {
			throw new IllegalStateException("no room for more than %d elements".formatted(this.maxUnsettled));
		}
		Place<P> place = new Place<>(this.read++, this.readUpTo, position);
		this.places.add(place);
		this.readUpTo = position;
		this.unsettled++;
		return place;
	}

	/**
	 * Notes that an element is settled.
	 * @return whether all are settled up to a later position than before
	 */
	boolean settle(Place<P> place) {
		if (place.settled) {
			return false;
		}
		place.settled = true;
		this.unsettled--;
		boolean moved = false;
		for (Place<P> oldest = this.places.peek(); oldest != null && oldest.settled; oldest = this.places.peek()) {
			this.places.remove();
			this.settledUpTo = oldest.position;
			moved = true;
		}
		return moved;
	}

	/** Returns the position up to which all are settled; null for the beginning. */
	@Nullable P settledUpTo() {
		return this.settledUpTo;
	}

	/** Returns the position behind which to read on; null for the beginning. */
	@Nullable P readUpTo() {
		return this.readUpTo;
	}

	/** Returns the position of the oldest unsettled element, null if all are settled. */
	@Nullable P oldestUnsettled() {
		Place<P> oldest = this.places.peek();
		return (oldest != null) ? oldest.position : null;
	}

	/** Returns how many elements are settled of those that were added. */
	long settled() {
		return this.read - this.unsettled;
	}

	/** Returns how many elements were added. */
	long read() {
		return this.read;
	}

	int unsettled() {
		return this.unsettled;
	}

	/** Returns how many elements are settled behind one that isn't. */
	int settledAhead() {
		return this.places.size() - this.unsettled;
	}

	/**
	 * An element that was read.
	 *
	 * @param <P> the type of the positions
	 */
	static final class Place<P> {

		private final long number;

		private final @Nullable P before;

		private final P position;

		private boolean settled;

		private Place(long number, @Nullable P before, P position) {
			this.number = number;
			this.before = before;
			this.position = position;
		}

		/** Returns the place in the order of all elements. */
		long number() {
			return this.number;
		}

		/** Returns the position behind which this element is read again. */
		@Nullable P before() {
			return this.before;
		}

		P position() {
			return this.position;
		}

	}

}
