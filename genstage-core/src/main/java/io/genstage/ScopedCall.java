package io.genstage;

import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A call of a handler that a scope surrounds. Whatever the scope does with a failure of
 * the call, it has failed.
 */
final class ScopedCall implements CallScope.Call {

	private final CallScope scope;

	private final Body body;

	private boolean made;

	private @Nullable Throwable failure;

	ScopedCall(CallScope scope, Body body) {
		this.scope = scope;
		this.body = body;
	}

	/**
	 * Calls the handler within the scope.
	 * @param events the events as they came
	 */
	void makeWithin(List<?> events) throws Exception {
		this.scope.surround(events, this);
		if (this.failure instanceof Error error) {
			throw error;
		}
		if (this.failure instanceof Exception exception) {
			throw exception;
		}
		if (!this.made) {
			throw new IllegalStateException(
					"%s has not made the call that it surrounds".formatted(this.scope.getClass().getName()));
		}
	}

	/**
	 * Returns whether the handler was called, or would have been if it had got events.
	 */
	boolean isMade() {
		return this.made;
	}

	@Override
	public void make(BitSet leftOut) throws Exception {
		if (this.made) {
			throw new IllegalStateException("the call was made before");
		}
		this.made = true;
		try {
			this.body.call((BitSet) leftOut.clone());
		}
		catch (Throwable ex) {
			this.failure = ex;
			throw ex;
		}
	}

	/**
	 * What the handler does, without those events that are left out.
	 */
	@FunctionalInterface
	interface Body {

		void call(BitSet leftOut) throws Exception;

	}

	/**
	 * Says to a scope that a call has failed which has returned: its failure is noted
	 * elsewhere, and is the cause.
	 */
	static final class ReportedException extends Exception {

		private static final long serialVersionUID = 1L;

		ReportedException(Throwable reported) {
			super("the handler has reported a failure", reported, false, false);
		}

	}

}
