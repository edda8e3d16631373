package io.genstage.boot.test.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how stages get into a test.
 */
final class NoStagesFailureAnalyzer extends AbstractFailureAnalyzer<NoStagesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoStagesException cause) {
		return new FailureAnalysis(
				"There is no stage in this @GenStageTest: no component that is scanned has @Producer, "
						+ "@ProducerConsumer or @Consumer on its class or on a method.",
				"Components are scanned from the package of the @SpringBootApplication on. Bring in others by "
						+ "@Import(TheirConfiguration.class), or declare stages in a @TestConfiguration.",
				cause);
	}

}
