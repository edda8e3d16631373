package io.genstage.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One short JVM of many that take turns, each with other parameters.
 */
final class ShortFork {

	private static final TimeValue ITERATION = TimeValue.milliseconds(500);

	private ShortFork() {
	}

	/**
	 * Returns options of one JVM, to which parameters can be added.
	 * @param given what counts before the defaults
	 * @param benchmark the benchmark, of which {@code events} runs
	 * @param all how many JVMs there are to be; with 0 the benchmark runs in this one
	 * @param warmups how many iterations there are by default before those that count
	 * @param iterations how many iterations count by default
	 */
	static ChainedOptionsBuilder options(Options given, Class<?> benchmark, int all, int warmups, int iterations) {
		return new OptionsBuilder().parent(given)
			.include(benchmark.getName() + ".events")
			.forks(Math.min(all, 1))
			.warmupIterations(given.getWarmupIterations().orElse(warmups))
			.warmupTime(given.getWarmupTime().orElse(ITERATION))
			.measurementIterations(given.getMeasurementIterations().orElse(iterations))
			.measurementTime(given.getMeasurementTime().orElse(ITERATION))
			.verbosity(given.verbosity().orElse(VerboseMode.SILENT))
			.shouldFailOnError(true);
	}

	/** Returns the median of something that the iterations of a run have measured. */
	static double median(Collection<RunResult> run, ToDoubleFunction<IterationResult> measured) {
		return median(run.stream()
			.flatMap((result) -> result.getBenchmarkResults().stream())
			.flatMap((fork) -> fork.getIterationResults().stream())
			.map(measured::applyAsDouble)
			.toList());
	}

	/** Returns the value in the middle, of two the larger one. */
	static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

	/** Returns what an iteration has measured beside its rate. */
	static double beside(IterationResult iteration, String name) {
		return Objects.requireNonNull(iteration.getSecondaryResults().get(name), name).getScore();
	}

}
