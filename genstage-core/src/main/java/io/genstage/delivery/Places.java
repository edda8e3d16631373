package io.genstage.delivery;

import java.util.Arrays;

/**
 * Places in a row, each of them once.
 */
abstract sealed class Places {

	/** Returns all places from one up to the one before another. */
	static Places between(int from, int to) {
		return new Neighbours(from, to);
	}

	/** Returns the first so many of an array, which nobody may change. */
	static Places of(int[] places, int size) {
		return new Scattered(places, 0, size);
	}

	abstract int size();

	abstract int get(int index);

	/** Returns those from an index up to the one before another. */
	abstract Places part(int from, int to);

	/** Returns what an array has at these places. */
	abstract Places in(int[] places);

	/**
	 * Returns whether all are in a state.
	 * @param states the states of the places from a first one on
	 */
	abstract boolean areAll(byte[] states, int first, byte state);

	abstract void setAll(byte[] states, int first, byte state);

	/**
	 * Places next to each other.
	 */
	private static final class Neighbours extends Places {

		private final int from;

		private final int to;

		Neighbours(int from, int to) {
			this.from = from;
			this.to = to;
		}

		@Override
		int size() {
			return this.to - this.from;
		}

		@Override
		int get(int index) {
			return this.from + index;
		}

		@Override
		Places part(int from, int to) {
			return new Neighbours(this.from + from, this.from + to);
		}

		@Override
		Places in(int[] places) {
			return new Scattered(places, this.from, this.to);
		}

		@Override
		boolean areAll(byte[] states, int first, byte state) {
			for (int index = this.from - first; index < this.to - first; index++) {
				if (states[index] != state) {
					return false;
				}
			}
			return true;
		}

		@Override
		void setAll(byte[] states, int first, byte state) {
			Arrays.fill(states, this.from - first, this.to - first, state);
		}

	}

	/**
	 * Places with others between them.
	 */
	private static final class Scattered extends Places {

		private final int[] places;

		private final int start;

		private final int end;

		Scattered(int[] places, int start, int end) {
			this.places = places;
			this.start = start;
			this.end = end;
		}

		@Override
		int size() {
			return this.end - this.start;
		}

		@Override
		int get(int index) {
			return this.places[this.start + index];
		}

		@Override
		Places part(int from, int to) {
			return new Scattered(this.places, this.start + from, this.start + to);
		}

		@Override
		Places in(int[] places) {
			int[] found = new int[size()];
			for (int index = 0; index < found.length; index++) {
				found[index] = places[get(index)];
			}
			return of(found, found.length);
		}

		@Override
		boolean areAll(byte[] states, int first, byte state) {
			for (int next = this.start; next < this.end; next++) {
				if (states[this.places[next] - first] != state) {
					return false;
				}
			}
			return true;
		}

		@Override
		void setAll(byte[] states, int first, byte state) {
			for (int next = this.start; next < this.end; next++) {
				states[this.places[next] - first] = state;
			}
		}

	}

}
