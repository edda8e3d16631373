package io.genstage.boot.autoconfigure;

import java.util.List;

import io.genstage.boot.StageWiringException;
import io.genstage.boot.declaration.WiringProblem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Reports everything that is wrong with the stages of an application at once.
 */
final class StageWiringFailureAnalyzer extends AbstractFailureAnalyzer<StageWiringException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StageWiringException cause) {
		List<WiringProblem> problems = cause.problems();
		StringBuilder description = new StringBuilder(
				(problems.size() == 1) ? "The stages can't be wired:%n".formatted()
						: "The stages can't be wired, for %d reasons:%n".formatted(problems.size()));
		problems.forEach((problem) -> description.append("%n  - %s".formatted(problem)));
		return new FailureAnalysis(description.toString(),
				"Correct what is named in each line: the annotation, the method or the property.", cause);
	}

}
