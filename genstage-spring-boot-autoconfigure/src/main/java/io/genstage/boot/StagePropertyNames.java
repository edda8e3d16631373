package io.genstage.boot;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Matches the names of stages with the keys of {@code genstage.stages}, which may be
 * written in another case or with dashes, as any property may.
 */
final class StagePropertyNames {

	private StagePropertyNames() {
	}

	/** Finds the key that configures a stage: its very name, or else a form of it. */
	static Optional<String> keyFor(String stage, Collection<String> keys) {
		if (keys.contains(stage)) {
			return Optional.of(stage);
		}
		return keys.stream().filter((key) -> uniform(key).equals(uniform(stage))).findFirst();
	}

	/** Returns what all forms of a name have in common. */
	static String uniform(String name) {
		return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
