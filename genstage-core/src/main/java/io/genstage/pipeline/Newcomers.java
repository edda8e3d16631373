package io.genstage.pipeline;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Collectors;

import io.genstage.Stage;

/**
 * Stages that are to be added to others, most of which they have nothing to do with.
 */
final class Newcomers {

	private final Set<String> names;

	/** The names of which one of them could be an instance. */
	private final Set<String> instancesOf = new HashSet<>();

	private final Set<Stage> unshareable = Collections.newSetFromMap(new IdentityHashMap<>());

	Newcomers(Collection<StageDefinition> stages) {
		this.names = stages.stream().map(StageDefinition::name).collect(Collectors.toSet());
		this.names.forEach((name) -> GraphCheck.instanceOf(name).ifPresent(this.instancesOf::add));
		stages.forEach((stage) -> stage.unshareable().ifPresent(this.unshareable::add));
	}

	Set<String> names() {
		return this.names;
	}

	/**
	 * Returns whether they may not be together with a stage, whatever the edges: it has
	 * one of their names, could be taken for an instance, or has the same object.
	 */
	boolean mayClashWith(StageDefinition other) {
		return this.names.contains(other.name()) || this.instancesOf.contains(other.name())
				|| GraphCheck.instanceOf(other.name()).filter(this.names::contains).isPresent()
				|| other.isOneOf(this.unshareable);
	}

}
