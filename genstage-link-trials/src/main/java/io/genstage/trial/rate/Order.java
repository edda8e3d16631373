package io.genstage.trial.rate;

/**
 * What is sent.
 *
 * @param number its number
 * @param customer its key
 * @param note makes it as large as it is to be
 */
public record Order(long number, String customer, String note) {

	private static final int CUSTOMERS = 100;

	/** What the JSON of an order has besides its note. */
	private static final int REST = 50;

	/** Makes an order of about that many bytes of JSON. */
	public static Order of(long number, int bytes) {
		return new Order(number, "c" + number % CUSTOMERS, "n".repeat(bytes - REST));
	}

}
