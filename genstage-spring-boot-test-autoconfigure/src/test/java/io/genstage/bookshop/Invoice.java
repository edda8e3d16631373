package io.genstage.bookshop;

/**
 * What an order costs.
 *
 * @param title the book
 * @param price its price
 */
record Invoice(String title, int price) {
}
