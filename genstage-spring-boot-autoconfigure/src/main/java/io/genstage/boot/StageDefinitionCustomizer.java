package io.genstage.boot;

import io.genstage.pipeline.StageDefinition;

/**
 * Changes how declared stages are defined, after annotations and properties have been
 * read and before the graph is checked. A bean of this type is asked about each of them,
 * several in their order; stages that are {@linkplain StageRegistry#register registered}
 * from code are as that code wants them.
 */
@FunctionalInterface
public interface StageDefinitionCustomizer {

	/**
	 * Changes a definition.
	 * @param definition a stage as it was declared and configured
	 * @return the stage as it is to be, of the same name and kind
	 */
	StageDefinition customize(StageDefinition definition);

}
