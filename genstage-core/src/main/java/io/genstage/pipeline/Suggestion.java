package io.genstage.pipeline;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Helps with a name that doesn't exist.
 */
public final class Suggestion {

	private Suggestion() {
	}

	/**
	 * Returns what to say to somebody who used an unknown name.
	 * @param unknown the name that doesn't exist
	 * @param existing the names that do
	 * @return the closest one as a question, if one is close, and all that exist
	 */
	public static String instead(String unknown, Collection<String> existing) {
		if (existing.isEmpty()) {
			return "there are none";
		}
		String all = "there are " + new TreeSet<>(existing);
		return closest(unknown, existing).map((name) -> "did you mean '%s'? (%s)".formatted(name, all)).orElse(all);
	}

	private static Optional<String> closest(String unknown, Collection<String> existing) {
		if (unknown.isBlank()) {
			return Optional.empty();
		}
		int tolerated = Math.max(unknown.length() / 3, 1);
		return existing.stream()
			.filter((name) -> distance(unknown, name) <= tolerated)
			.min(Comparator.comparingInt((name) -> distance(unknown, name)));
	}

	/** Returns how many characters to change, add or remove (Levenshtein's distance). */
	private static int distance(String one, String other) {
		String from = one.toLowerCase(Locale.ROOT);
		String to = other.toLowerCase(Locale.ROOT);
		int[] above = new int[to.length() + 1];
		for (int column = 0; column <= to.length(); column++) {
			above[column] = column;
		}
		for (int row = 1; row <= from.length(); row++) {
			int[] current = new int[to.length() + 1];
			current[0] = row;
			for (int column = 1; column <= to.length(); column++) {
				int change = (from.charAt(row - 1) == to.charAt(column - 1)) ? 0 : 1;
				current[column] = Math.min(above[column - 1] + change,
						Math.min(above[column], current[column - 1]) + 1);
			}
			above = current;
		}
		return above[to.length()];
	}

}
