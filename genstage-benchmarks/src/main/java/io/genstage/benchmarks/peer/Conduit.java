package io.genstage.benchmarks.peer;

/**
 * What elements pass through, first in, first out, from one stage to the next.
 *
 * @param <T> the type of the elements
 */
interface Conduit<T> {

	/** Puts an element in, after there is room. */
	void put(T element) throws InterruptedException;

	/** Takes the next element out, after there is one. */
	T take() throws InterruptedException;

}
