package io.genstage.dispatch;

/**
 * Thrown by a {@link Dispatcher} that does not accept a subscriber. The subscription is
 * cancelled with the {@link #reason() reason}; the stage goes on.
 */
public class SubscriptionRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * The reason for refusing a second subscription of a consumer that may have only one.
	 * It is the one reason that never stops the consumer.
	 */
	public static final String ALREADY_SUBSCRIBED = "already_subscribed";

	private final String reason;

	/**
	 * Creates a refusal.
	 * @param reason the reason that the consumer gets, a stable word
	 * @param message what was expected and what came, for people
	 */
	public SubscriptionRefusedException(String reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * Returns the reason that the consumer gets.
	 * @return the reason
	 */
	public String reason() {
		return this.reason;
	}

}
