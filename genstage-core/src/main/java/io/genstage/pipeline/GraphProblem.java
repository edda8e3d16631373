package io.genstage.pipeline;

import io.genstage.log.StageNames;

/**
 * One thing that is wrong with a graph.
 *
 * @param stage the name of the stage to change
 * @param description what is wrong with it and what would be right, a clause that goes on
 * from the stage's name
 */
public record GraphProblem(String stage, String description) {

	@Override
	public String toString() {
		return "stage '%s' %s".formatted(StageNames.printable(this.stage), this.description);
	}

}
