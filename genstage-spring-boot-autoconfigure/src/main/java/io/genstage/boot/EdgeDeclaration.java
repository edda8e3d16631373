package io.genstage.boot;

/**
 * One subscription that an annotation declares.
 *
 * @param producer the name of the producer
 * @param attributes the settings of this subscription alone
 */
record EdgeDeclaration(String producer, EdgeValues attributes) {
}
