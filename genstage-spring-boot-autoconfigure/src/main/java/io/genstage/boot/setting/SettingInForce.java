package io.genstage.boot.setting;

import org.jspecify.annotations.Nullable;

/**
 * A setting of a stage that is in force.
 *
 * @param name the name as a property is written, such as {@code max-demand}
 * @param producer the producer of the subscription that it is in force for, {@code null}
 * if it is for the stage
 * @param value the value as people write it, or in words if it depends on something else
 * @param origin who says so
 */
public record SettingInForce(String name, @Nullable String producer, String value, SettingOrigin origin) {
}
