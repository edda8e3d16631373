package io.genstage;

import java.util.Locale;

/**
 * How a subscription ended.
 *
 * @param kind whether one of its sides cancelled it or the other side stopped
 * @param reason the reason of the cancel, or the exit reason of the other side
 */
public record Cancellation(Kind kind, ExitReason reason) {

	/**
	 * Creates a cancellation by one of the two sides.
	 * @param reason the reason given
	 * @return the cancellation
	 */
	public static Cancellation cancel(ExitReason reason) {
		return new Cancellation(Kind.CANCEL, reason);
	}

	/**
	 * Creates a cancellation because the other side stopped.
	 * @param reason its exit reason
	 * @return the cancellation
	 */
	public static Cancellation down(ExitReason reason) {
		return new Cancellation(Kind.DOWN, reason);
	}

	@Override
	public String toString() {
		return this.kind.name().toLowerCase(Locale.ROOT) + ", " + this.reason;
	}

	/**
	 * What ended the subscription.
	 */
	public enum Kind {

		/**
		 * One of its sides cancelled it.
		 */
		CANCEL,

		/**
		 * The other side stopped.
		 */
		DOWN

	}

}
