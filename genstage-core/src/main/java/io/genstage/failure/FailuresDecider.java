package io.genstage.failure;

import java.util.List;

/**
 * Decides what is to become of all events that have failed in one call of a handler,
 * before the policy does. Other than a {@link FailureDecider} it is also asked about a
 * list or batch whose handler names nobody.
 *
 * <pre>{@code
 * FailuresDecider decider = (failed) -> {
 *     this.audit.writeAll(failed);
 *     return Collections.nCopies(failed.size(), Decision.byPolicy());
 * };
 * }</pre>
 *
 * Called in the turn of the stage. If it throws, or doesn't return as many decisions as
 * it got events, that is logged and the policy decides about all of them.
 */
@FunctionalInterface
public interface FailuresDecider extends FailureDecider {

	/**
	 * Decides about the events of one call. Those of a list that has failed as a whole
	 * and that are neither given up nor skipped stay together: if there is to be another
	 * attempt with one of them, it is one with all of them, after the longest time that
	 * is said.
	 * @param failed the events, at least one, in the order of the call
	 * @return as many decisions, in the same order
	 * @throws Exception in which case the policy decides
	 */
	List<Decision> decideAll(List<FailedAttempt<?>> failed) throws Exception;

	@Override
	@SuppressWarnings("FunctionalInterfaceMethodChanged") // about one of several
	default Decision decide(Object event, Throwable failure, int attempt) throws Exception {
		return decideAll(List.of(new FailedAttempt<>(event, failure, attempt))).get(0);
	}

}
