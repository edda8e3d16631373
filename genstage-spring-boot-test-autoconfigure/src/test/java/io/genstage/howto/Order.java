package io.genstage.howto;

/**
 * What flows through the examples.
 *
 * @param id which order it is
 * @param customer who has ordered
 * @param amount how many things
 */
record Order(long id, String customer, int amount) {

}
