package io.genstage.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when stages don't make a sound graph. It reports everything that is wrong at
 * once; no stage has been started.
 */
public class InvalidGraphException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final transient List<GraphProblem> problems;

	InvalidGraphException(List<GraphProblem> problems) {
		super(problems.stream().map(GraphProblem::toString).collect(Collectors.joining("; ")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Returns what is wrong.
	 * @return the problems, at least one
	 */
	public List<GraphProblem> problems() {
		return this.problems;
	}

}
