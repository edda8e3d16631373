package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The invariants that were broken. They are collected and not thrown, because most of
 * them are seen inside of callbacks, whose exceptions belong to the engine.
 */
final class Violations {

	private final List<String> descriptions = new ArrayList<>();

	void unless(boolean holds, Supplier<String> description) {
		if (!holds) {
			this.descriptions.add(description.get());
		}
	}

	void throwIfAny() {
		if (!this.descriptions.isEmpty()) {
			throw new AssertionError(String.join("\n", this.descriptions));
		}
	}

}
