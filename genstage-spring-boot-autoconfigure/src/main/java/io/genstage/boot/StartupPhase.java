package io.genstage.boot;

import java.util.function.Function;

import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * The parts of the startup of an application that Spring's {@link ApplicationStartup}
 * gets to know of pipelines.
 */
enum StartupPhase {

	/**
	 * Pipelines are made of the beans of the application; the two following are parts of
	 * it. Tags: {@code stages} and {@code pipelines}, how many there are.
	 */
	WIRE("genstage.wire"),

	/**
	 * Annotated stages are looked for. Tag: {@code stages}, how many were found.
	 */
	READ("genstage.read"),

	/**
	 * It is found out which settings are in force. Tag: {@code stages}, of how many.
	 */
	RESOLVE("genstage.resolve"),

	/**
	 * A pipeline is started. Tags: {@code pipeline}, its name, and {@code stages}, how
	 * many it has.
	 */
	START("genstage.start");

	private final String step;

	StartupPhase(String step) {
		this.step = step;
	}

	/** Returns the name of the step. */
	String step() {
		return this.step;
	}

	/**
	 * Does something within a step, which ends with it even if it fails.
	 * @param startup gets to know the step
	 * @param work is given the step, to put tags to it
	 * @return what the work returns
	 */
	<T> T during(ApplicationStartup startup, Function<StartupStep, T> work) {
		StartupStep step = startup.start(this.step);
		try {
			return work.apply(step);
		}
		finally {
			step.end();
		}
	}

}
