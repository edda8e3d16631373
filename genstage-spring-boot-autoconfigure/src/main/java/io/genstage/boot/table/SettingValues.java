package io.genstage.boot.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What one place says: a value for some of the settings.
 */
public final class SettingValues {

	public static final SettingValues NONE = new Builder().build();

	private final Map<Setting<?>, Object> values;

	private SettingValues(Map<Setting<?>, Object> values) {
		this.values = values;
	}

	/** Returns what is set, or {@code null} if nothing is. */
	public <T extends Comparable<? super T>> @Nullable T get(Setting<T> setting) {
		Object value = this.values.get(setting);
		return (value != null) ? setting.type().cast(value) : null;
	}

	/**
	 * Returns what is set.
	 * @throws IllegalStateException if nothing is
	 */
	public <T extends Comparable<? super T>> T required(Setting<T> setting) {
		T value = get(setting);
		if (value == null) {
			throw new IllegalStateException("nothing says what '%s' is".formatted(setting.name()));
		}
		return value;
	}

	/** Returns the settings for which something is set. */
	public Set<Setting<?>> said() {
		return Collections.unmodifiableSet(this.values.keySet());
	}

	/**
	 * Collects values.
	 */
	public static final class Builder {

		private final Map<Setting<?>, Object> values = new LinkedHashMap<>();

		/** Adds a value, or nothing for {@code null}. */
		public <T extends Comparable<? super T>> Builder say(Setting<T> setting, @Nullable T value) {
			if (value != null) {
				this.values.put(setting, value);
			}
			return this;
		}

		public SettingValues build() {
			return new SettingValues(new LinkedHashMap<>(this.values));
		}

	}

}
