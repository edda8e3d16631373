package io.genstage.boot.declaration;

/**
 * One subscription that an annotation declares.
 *
 * @param producer the name of the producer
 * @param attributes what the annotation says of this subscription alone
 */
public record EdgeDeclaration(String producer, SettingValues attributes) {
}
