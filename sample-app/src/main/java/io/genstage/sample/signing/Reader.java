package io.genstage.sample.signing;

/**
 * Somebody who wants a book signed.
 *
 * @param name the name to write into the book
 * @param ticket the number on the ticket
 */
record Reader(String name, String ticket) {
}
