package io.genstage.boot.handler;

/**
 * Names of the headers of a {@code Message} that a handler takes.
 */
public final class GenStageHeaders {

	/**
	 * The name of the stage that the event came from, a {@code String}.
	 */
	public static final String PRODUCER = "genstage_producer";

	/**
	 * The number of the subscription that the event came by, a {@code Long}.
	 */
	public static final String SUBSCRIPTION_ID = "genstage_subscriptionId";

	private GenStageHeaders() {
	}

}
