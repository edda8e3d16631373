package io.genstage.boot.declaration;

import io.genstage.boot.table.SettingValues;

/**
 * One subscription that an annotation declares.
 *
 * @param producer the name of the producer
 * @param attributes what the annotation says of this subscription alone
 */
public record EdgeDeclaration(String producer, SettingValues attributes) {
}
