package io.genstage.boot;

import org.jspecify.annotations.Nullable;

/**
 * The user's code of a consuming stage, in whatever form it is written.
 */
@FunctionalInterface
interface Handler {

	/**
	 * Calls the user's code.
	 * @param delivery the events and what goes with them
	 * @return what it returned
	 * @throws Exception what it threw
	 */
	@Nullable Object handle(Delivery delivery) throws Exception;

}
