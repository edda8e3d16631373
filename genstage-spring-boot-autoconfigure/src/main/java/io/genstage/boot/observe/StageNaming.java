package io.genstage.boot.observe;

import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the stage and the pipeline that an instance belongs to.
 */
final class StageNaming {

	private final Function<String, Optional<String>> pipelineOf;

	StageNaming(Function<String, Optional<String>> pipelineOf) {
		this.pipelineOf = pipelineOf;
	}

	Name of(String instance) {
		Optional<Name> name = find(instance);
		int number = instance.lastIndexOf('#');
		if (name.isEmpty() && number > 0) {
			name = find(instance.substring(0, number));
		}
		return name.orElseGet(() -> new Name("none", instance));
	}

	private Optional<Name> find(String stage) {
		return this.pipelineOf.apply(stage).map((pipeline) -> new Name(pipeline, stage));
	}

	/**
	 * The names of a pipeline and a stage.
	 */
	record Name(String pipeline, String stage) {
	}

}
