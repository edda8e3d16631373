package io.genstage.failure;

/**
 * Decides what is to become of an event that has failed, before the policy does. Called
 * in the turn of the stage; if it throws, that is logged and the policy decides. It is
 * not asked about a list or batch whose handler names nobody: that is left to the policy,
 * or to a {@link FailuresDecider}.
 */
@FunctionalInterface
public interface FailureDecider {

	/**
	 * Decides about one event.
	 * @param event the event that has failed
	 * @param failure what the handler has thrown
	 * @param attempt how many attempts there were, at least 1
	 * @return the decision
	 * @throws Exception in which case the policy decides
	 */
	Decision decide(Object event, Throwable failure, int attempt) throws Exception;

}
