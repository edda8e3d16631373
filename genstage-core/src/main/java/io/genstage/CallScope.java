package io.genstage;

import java.util.BitSet;
import java.util.List;

/**
 * Surrounds each call of the handler of a consumer, with a transaction for instance:
 * begins something before the call, and ends it before the events of the call count as
 * handled. A call may get one event, a list or a batch.
 * <p>
 * It is for handlers that are done when they return: a stage that is asynchronous, has a
 * task for each event, takes deliveries or reports itself what it has handled is refused
 * with a scope. It may be called by several threads at once, if stages share it.
 */
@FunctionalInterface
public interface CallScope {

	/**
	 * A handler is going to be called, each attempt anew, by this thread. What this
	 * throws has the same consequences as if the handler had thrown it, so each event of
	 * the call has failed, also if the handler has returned. If a handler that has failed
	 * names the events at fault, none of the others is handled, whatever it says of them.
	 * @param events the events of the call as they came, at least one; those with a
	 * settlement are {@link io.genstage.delivery.Delivery deliveries}. Nobody may change
	 * the list
	 * @param call the call, to be made once unless this throws before
	 * @throws Exception what the call has thrown, or what has failed around it
	 */
	void surround(List<?> events, Call call) throws Exception;

	/**
	 * A call of a handler that is to be made.
	 */
	interface Call {

		/**
		 * Calls the handler, which the limit to its time is for. It is over when this
		 * returns.
		 * @param leftOut the places of events that the handler is not to get. They are
		 * handled when the others are; if the scope has settled them by then they stay as
		 * they are. If nothing is left the handler isn't called
		 * @throws Exception what the call has failed with, to be passed on: all that it
		 * has done within the scope is to be undone, if that is possible
		 * @throws IllegalStateException if this call was made before
		 */
		void make(BitSet leftOut) throws Exception;

	}

}
