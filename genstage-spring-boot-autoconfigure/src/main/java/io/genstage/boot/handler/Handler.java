package io.genstage.boot.handler;

import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * The user's code of a consuming stage, in whatever form it is written.
 */
@FunctionalInterface
interface Handler {

	/**
	 * Calls the user's code.
	 * @param events one event, or a list of events for a handler of batches
	 * @param from the subscription they came by
	 * @param context the context of the stage that handles them
	 * @param acknowledgement settles the event, {@code null} for code that doesn't do so
	 * itself
	 * @return what it returned
	 * @throws Exception what it threw
	 */
	@Nullable Object handle(Object events, Subscription from, StageContext context, @Nullable Acknowledgement acknowledgement)
			throws Exception;

}
