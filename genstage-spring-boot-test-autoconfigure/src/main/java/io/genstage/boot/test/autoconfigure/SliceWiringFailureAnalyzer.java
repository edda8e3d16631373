package io.genstage.boot.test.autoconfigure;

import java.util.stream.Collectors;

import io.genstage.boot.StageWiringException;
import io.genstage.boot.declaration.WiringProblem;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Reports what is wrong with the stages of a slice, and says what to do about stages that
 * it lacks.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SliceWiringFailureAnalyzer extends AbstractFailureAnalyzer<StageWiringException> {

	private static final String ACTION = """
			Correct what is named in each line. The slice has the components of the application that declare stages; \
			a stage that is missing may be declared elsewhere. Then

			  - bring it in: name the class that declares it in @GenStageTest, or in @Import;
			  - or declare another one in its place in a @TestConfiguration, for a producer to which the test sends
			      @Bean @Producer EventQueue<Order> orders() { return new EventQueue<>(100); }
			    and for a consumer
			      @Bean @Consumer(subscribeTo = "orders") java.util.function.Consumer<Order> store() { return (order) -> {}; }
			  - or, if only its properties are there, name it in 'genstage.optional-stages'.""";

	private final @Nullable BeanFactory beanFactory;

	SliceWiringFailureAnalyzer(@Nullable BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, StageWiringException cause) {
		if (this.beanFactory == null || !this.beanFactory.containsBean(GenStageTestAutoConfiguration.STAGES)) {
			return null;
		}
		String problems = cause.problems()
			.stream()
			.map(WiringProblem::toString)
			.collect(Collectors.joining("%n  - ".formatted(), "%n  - ".formatted(), ""));
		return new FailureAnalysis("The stages of this @GenStageTest can't be wired:%n".formatted() + problems, ACTION,
				cause);
	}

}
