package io.genstage.boot.declaration;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Matches the names of stages with the keys of {@code genstage.stages}, which may be
 * written in another case or with dashes, as any property may.
 */
public final class StagePropertyNames {

	private StagePropertyNames() {
	}

	/**
	 * Finds the keys that configure a stage, in their order. Those of one source may have
	 * another form than those of another, as variables of the environment always have.
	 * @param stage the stage's name
	 * @param stages the names of all stages; the very name of another is none of its keys
	 * @param keys the keys
	 */
	public static List<String> keysFor(String stage, Collection<String> stages, Collection<String> keys) {
		return keys.stream()
			.filter((key) -> key.equals(stage) || (isForm(key, stage) && !stages.contains(key)))
			.toList();
	}

	/** Returns whether two names are forms of the same. */
	public static boolean isForm(String name, String other) {
		return uniform(name).equals(uniform(other));
	}

	/** Returns what all forms of a name have in common. */
	static String uniform(String name) {
		return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
