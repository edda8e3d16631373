package io.genstage.dispatch;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What distinguishes events or partitions. An array counts by its content, with the
 * arrays in it; everything else as its {@code equals} says.
 */
final class Key {

	private Key() {
	}

	/** Returns the hash code of a key, or of none. */
	static int hash(@Nullable Object key) {
		return isArray(key) ? Arrays.deepHashCode(new Object[] { key }) : Objects.hashCode(key);
	}

	/** Returns what can be looked up in a map in place of a key. */
	static Object comparable(Object key) {
		return isArray(key) ? new Content(key) : key;
	}

	private static boolean isArray(@Nullable Object key) {
		return key != null && key.getClass().isArray();
	}

	private record Content(Object array) {

		@Override
		public boolean equals(Object other) {
			return other instanceof Content content && Objects.deepEquals(this.array, content.array);
		}

		@Override
		public int hashCode() {
			return hash(this.array);
		}

	}

}
