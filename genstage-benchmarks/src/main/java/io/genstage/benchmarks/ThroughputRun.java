package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import io.genstage.benchmarks.workload.Workload;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Optional;

/**
 * Runs {@link ThroughputBenchmark} and leaves out what a contender does not support,
 * which JMH alone would count as a failure.
 */
public final class ThroughputRun {

	private ThroughputRun() {
	}

	/**
	 * Runs one workload after the other. After each of them the results of all so far are
	 * written.
	 * @param arguments options of JMH
	 * @throws RunnerException if a benchmark fails and the options say that it must not
	 * @throws CommandLineOptionException if JMH doesn't know an option
	 */
	public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
		run(new CommandLineOptions(arguments));
	}

	static void run(Options given) throws RunnerException {
		List<RunResult> results = new ArrayList<>();
		ResultFile file = new ResultFile(given);
		for (Workload workload : selected(Workload.values(), given.getParameter("workload"))) {
			String[] contenders = selected(Contender.values(), given.getParameter("contender")).stream()
				.filter((contender) -> contender.supports(workload))
				.map(Contender::name)
				.toArray(String[]::new);
			if (contenders.length > 0) {
				results.addAll(run(workload, contenders, given));
				file.write(results);
			}
		}
	}

	private static Collection<RunResult> run(Workload workload, String[] contenders, Options given)
			throws RunnerException {
		return new Runner(new OptionsBuilder().parent(given)
			.include(ThroughputBenchmark.class.getName() + ".events")
			.param("workload", workload.name())
			.param("contender", contenders)
			.build()).run();
	}

	private static <E extends Enum<E>> List<E> selected(E[] all, Optional<Collection<String>> names) {
		return Arrays.stream(all).filter((each) -> !names.hasValue() || names.get().contains(each.name())).toList();
	}

}
