package io.genstage.kafka.rate;

import io.genstage.kafka.rate.RateRounds.Side;

/**
 * A process with one client. It takes the address of the broker, and which side it is.
 */
final class RateApplication {

	private RateApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		RateClient.serve((Side.valueOf(arguments[1]) == Side.LINK) ? new LinkClient(arguments[0])
				: new BareClient(arguments[0]));
	}

}
