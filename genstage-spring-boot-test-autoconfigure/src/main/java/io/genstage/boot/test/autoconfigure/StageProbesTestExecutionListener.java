package io.genstage.boot.test.autoconfigure;

import java.util.stream.Collectors;

import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.ReplayOptions;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.test.context.support.DependencyInjectionTestExecutionListener;

/**
 * Lets tests share an application context with stages: each begins with probes that have
 * seen nothing and without dead letters in memory, and none meets the events of another
 * one.
 */
final class StageProbesTestExecutionListener extends AbstractTestExecutionListener {

	private static final Log logger = LogFactory.getLog(StageProbesTestExecutionListener.class);

	private static final String FOUND = StageProbesTestExecutionListener.class.getName() + ".found";

	StageProbesTestExecutionListener() {
	}

	@Override
	public void beforeTestMethod(TestContext test) {
		if (!test.hasApplicationContext()) {
			return;
		}
		ApplicationContext context = test.getApplicationContext();
		context.getBeanProvider(StageProbes.class).forEach(StageProbes::reset);
		if (has(context, StageProbes.class) && has(context, MemoryDeadLetterStore.class)) {
			context.getBeanProvider(DeadLetterDesk.class).forEach(StageProbesTestExecutionListener::empty);
		}
		if (isTimeOf(context)) {
			test.setAttribute(FOUND, standing(context));
		}
	}

	private static void empty(DeadLetterDesk desk) {
		int dropped;
		do {
			dropped = desk.drop(DeadLetterFilter.all(), ReplayOptions.MAX);
		}
		while (dropped == ReplayOptions.MAX);
	}

	@Override
	public void afterTestMethod(TestContext test) {
		Object found = test.removeAttribute(FOUND);
		if (found == null || !test.hasApplicationContext()) {
			return;
		}
		String left = standing(test.getApplicationContext());
		if (!left.equals(found)) {
			logger.info("Closing the application context, since %s has left its stages as [%s] and found them as [%s]"
				.formatted(test.getTestMethod(), left, found));
			test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
			test.setAttribute(DependencyInjectionTestExecutionListener.REINJECT_DEPENDENCIES_ATTRIBUTE, true);
		}
	}

	/** Without threads, what stages do is known exactly. */
	private static boolean isTimeOf(ApplicationContext context) {
		return has(context, TestSystem.class) && has(context, StageProbes.class) && has(context, StageRegistry.class);
	}

	private static boolean has(ApplicationContext context, Class<?> type) {
		return context.getBeanNamesForType(type, true, false).length > 0;
	}

	/** Returns what is to be the same for each test that shares the stages. */
	private static String standing(ApplicationContext context) {
		return context.getBean(StageRegistry.class)
			.pipelines()
			.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.map(StageProbesTestExecutionListener::standing)
			.collect(Collectors.joining(", "));
	}

	private static String standing(ManagedStageStatus stage) {
		StageStatus numbers = stage.numbers();
		return "%s is %s%s, holds %d".formatted(stage.name(), stage.state(), stage.pauseWanted() ? " and paused" : "",
				(numbers != null) ? numbers.held() : 0)
				+ ((numbers != null && numbers.outage() != null) ? " in an outage" : "");
	}

}
