package io.genstage;

import io.genstage.dispatch.SubscriptionRefusedException;
import io.genstage.log.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Why a stage stopped, or why a subscription ended.
 * <p>
 * The clean reasons are {@link #NORMAL} and {@link Shutdown}; all others are abnormal.
 * The difference matters to the {@link CancelMode} of a subscription.
 */
public sealed interface ExitReason {

	/**
	 * All is done: a finite source ended, a task was completed.
	 */
	ExitReason NORMAL = new Normal();

	/**
	 * Somebody in charge wanted an end.
	 */
	ExitReason SHUTDOWN = new Shutdown(null);

	/**
	 * The other stage never existed or had stopped before it could answer.
	 */
	ExitReason NO_STAGE = new NoStage();

	/**
	 * The producer does not know the subscription that it was asked on.
	 */
	ExitReason UNKNOWN_SUBSCRIPTION = new Custom("unknown_subscription");

	/**
	 * The producer knows the subscription already.
	 */
	ExitReason DUPLICATED_SUBSCRIPTION = new Custom("duplicated_subscription");

	/**
	 * The dispatcher allows a consumer only one subscription. The one reason that stops
	 * no consumer, whatever its {@link CancelMode}.
	 */
	ExitReason ALREADY_SUBSCRIBED = new Custom(SubscriptionRefusedException.ALREADY_SUBSCRIBED);

	/**
	 * Returns whether this is an orderly end.
	 * @return {@code true} for {@link Normal} and {@link Shutdown}
	 */
	boolean isClean();

	/**
	 * Creates the reason of a stage whose callback threw.
	 * @param cause what it threw
	 * @return the reason
	 */
	static ExitReason failure(Throwable cause) {
		return new Failure(cause);
	}

	/**
	 * Creates a shutdown that says more.
	 * @param detail who wanted it, or what for
	 * @return the reason
	 */
	static ExitReason shutdown(String detail) {
		return new Shutdown(detail);
	}

	/**
	 * Creates a reason of the user's own, which is abnormal.
	 * @param value what the other side gets to know
	 * @return the reason
	 */
	static ExitReason of(Object value) {
		return new Custom(value);
	}

	/**
	 * All is done.
	 */
	record Normal() implements ExitReason {

		@Override
		public boolean isClean() {
			return true;
		}

		@Override
		public String toString() {
			return "normal";
		}

	}

	/**
	 * An end that somebody in charge wanted.
	 *
	 * @param detail who wanted it, or what for
	 */
	record Shutdown(@Nullable String detail) implements ExitReason {

		@Override
		public boolean isClean() {
			return true;
		}

		@Override
		public String toString() {
			return (this.detail != null) ? "shutdown (" + this.detail + ")" : "shutdown";
		}

	}

	/**
	 * A callback threw.
	 *
	 * @param cause what it threw
	 */
	record Failure(Throwable cause) implements ExitReason {

		@Override
		public boolean isClean() {
			return false;
		}

		@Override
		public String toString() {
			return "failure (" + SafeText.line(this.cause) + ")";
		}

	}

	/**
	 * The other stage is not there.
	 */
	record NoStage() implements ExitReason {

		@Override
		public boolean isClean() {
			return false;
		}

		@Override
		public String toString() {
			return "no stage";
		}

	}

	/**
	 * A reason of the user's own, or one of the protocol's.
	 *
	 * @param value what it says
	 */
	record Custom(Object value) implements ExitReason {

		@Override
		public boolean isClean() {
			return false;
		}

		@Override
		public String toString() {
			return SafeText.line(this.value);
		}

	}

}
