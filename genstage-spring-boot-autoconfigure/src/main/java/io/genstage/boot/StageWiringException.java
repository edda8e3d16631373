package io.genstage.boot;

import java.util.List;
import java.util.stream.Collectors;

import io.genstage.boot.declaration.WiringProblem;

/**
 * Thrown at startup when the stages of an application don't make sound pipelines. It
 * reports everything that is wrong at once; no stage has been started.
 */
public class StageWiringException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<WiringProblem> problems;

	StageWiringException(List<WiringProblem> problems) {
		super(problems.stream().map(WiringProblem::toString).collect(Collectors.joining("; ")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Returns what is wrong.
	 * @return the problems, at least one
	 */
	public List<WiringProblem> problems() {
		return this.problems;
	}

}
