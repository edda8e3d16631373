package io.genstage.jdbc.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why an application needs its database to start, and how to let it start without.
 */
final class UnreachableDatabaseFailureAnalyzer extends AbstractFailureAnalyzer<UnreachableDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnreachableDatabaseException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Start the database, or correct 'spring.datasource.*'. " + cause.action(), cause);
	}

}
