package io.genstage.examples;

/**
 * What the examples of the documentation are about.
 *
 * @param customer who ordered
 * @param amount how much
 */
record Order(String customer, int amount) {
}
