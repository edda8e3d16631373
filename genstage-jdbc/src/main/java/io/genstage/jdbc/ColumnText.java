package io.genstage.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * Texts as they fit into columns.
 */
final class ColumnText {

	private ColumnText() {
	}

	/** Returns the beginning of a text for people. */
	static @Nullable String cut(@Nullable String text, int length) {
		if (text == null) {
			return null;
		}
		String storable = storable(text);
		return (storable.length() <= length) ? storable : storable.substring(0, length - 1) + "…";
	}

	/**
	 * Returns a text that is there to be compared: of a long one the beginning and a
	 * digest, so that different ones stay different.
	 */
	static String unique(String text, int length) {
		String storable = storable(text);
		if (storable.length() <= length) {
			return storable;
		}
		String digest = HexFormat.of().formatHex(sha256(text));
		return storable.substring(0, length - digest.length() - 1) + "~" + digest;
	}

	/** Returns whether each database keeps a text as it is. */
	static boolean isStorable(String text) {
		return storable(text).equals(text);
	}

	/** Half a character and none at all are refused by some databases. */
	private static String storable(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace('\0', '\uFFFD');
	}

	/** Returns a number that another text hardly has. */
	static long digest(String text) {
		return ByteBuffer.wrap(sha256(text)).getLong();
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("each Java platform has SHA-256", ex);
		}
	}

}
