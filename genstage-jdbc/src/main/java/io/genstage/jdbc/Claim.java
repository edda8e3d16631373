package io.genstage.jdbc;

import java.util.Collection;
import java.util.List;

/**
 * Takes events for a call of a handler, in its transaction: none that another call has
 * taken before, and has committed. It waits for one that may commit.
 *
 * @param <K> by what events are known
 */
interface Claim<K> {

	/**
	 * Takes all of them, by as few statements as can be.
	 * @param keys sorted, without repeats
	 * @return whether all of them are taken; if not, the transaction has to be rolled
	 * back
	 */
	boolean takeAll(List<K> keys);

	/**
	 * Takes those that nobody has taken.
	 * @param keys sorted, without repeats
	 * @return what is taken
	 */
	Collection<K> takeEach(List<K> keys);

}
