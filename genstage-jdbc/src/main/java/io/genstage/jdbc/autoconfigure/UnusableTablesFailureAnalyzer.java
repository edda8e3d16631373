package io.genstage.jdbc.autoconfigure;

import io.genstage.jdbc.UnusableTablesException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.StringUtils;

/**
 * Reports all that is wrong with the tables of this module at once.
 */
final class UnusableTablesFailureAnalyzer extends AbstractFailureAnalyzer<UnusableTablesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableTablesException cause) {
		StringBuilder description = new StringBuilder("%s:%n".formatted(StringUtils.capitalize(cause.consequence())));
		cause.problems().forEach((problem) -> description.append("%n  - %s".formatted(problem)));
		return new FailureAnalysis(description.toString(),
				"Do what each line says: run its statement or script, set its property, or grant the rights.", cause);
	}

}
