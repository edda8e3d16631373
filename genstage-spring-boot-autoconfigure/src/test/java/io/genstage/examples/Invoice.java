package io.genstage.examples;

/**
 * What becomes of an order.
 *
 * @param customer who pays
 * @param amount how much
 */
record Invoice(String customer, int amount) {

	static Invoice of(Order order) {
		return new Invoice(order.customer(), order.amount());
	}

}
