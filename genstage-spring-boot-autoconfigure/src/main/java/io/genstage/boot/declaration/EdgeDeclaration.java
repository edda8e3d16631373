package io.genstage.boot.declaration;

/**
 * One subscription that an annotation declares.
 *
 * @param producer the name of the producer
 * @param attributes the settings of this subscription alone
 */
public record EdgeDeclaration(String producer, EdgeValues attributes) {
}
