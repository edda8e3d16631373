package io.genstage.boot;

import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The user's code of a consuming stage, in whatever form it is written.
 */
@FunctionalInterface
interface Handler {

	/**
	 * Calls the user's code.
	 * @param argument an event, or a list of events for a handler of batches
	 * @param from the subscription they came by
	 * @return what it returned
	 * @throws Exception what it threw
	 */
	@Nullable Object handle(Object argument, Subscription from) throws Exception;

}
