package io.genstage.boot.setting;

import io.genstage.boot.table.Setting;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table, for the stage or for one of its subscriptions.
 *
 * @param setting the row
 * @param producer the producer of the subscription, {@code null} for the stage
 */
record SettingKey(Setting<?> setting, @Nullable String producer) {

	static SettingKey of(Setting<?> setting) {
		return new SettingKey(setting, null);
	}

	boolean isIn(String group) {
		return this.setting.group().equals(group);
	}

}
