package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.genstage.benchmarks.report.PairedRatio;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link AccountsBenchmark} in many short JVMs, one without accounts and one with
 * them in turn, and prints the ratio of their rates with its interval. JMH alone would
 * run all JVMs of one kind first, and compare what a machine did at different times.
 */
public final class AccountsRun {

	private static final int PAIRS = 40;

	private AccountsRun() {
	}

	/**
	 * Runs pairs of JVMs for each maximum demand.
	 * @param arguments options of JMH: {@code -f} is how many pairs there are, 40 if not
	 * given; {@code -wi} and {@code -i} are 2 and 3 iterations of {@code -w} and
	 * {@code -r} 500 ms; {@code -p maxDemand=} is 1 and 1000
	 * @throws RunnerException if a benchmark fails
	 * @throws CommandLineOptionException if JMH doesn't know an option
	 */
	public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
		// Which is what all this is for.
		run(new CommandLineOptions(arguments)).forEach(System.out::println);
	}

	static List<String> run(Options given) throws RunnerException {
		List<String> demands = List.copyOf(given.getParameter("maxDemand").orElse(List.of("1", "1000")));
		List<RunResult> results = new ArrayList<>();
		ResultFile file = new ResultFile(given);
		List<List<Double>> ratios = demands.stream().<List<Double>>map((demand) -> new ArrayList<>()).toList();
		int pairs = given.getForkCount().orElse(PAIRS);
		for (int pair = 0; pair < Math.max(pairs, 1); pair++) {
			for (int demand = 0; demand < demands.size(); demand++) {
				// Each is the first one as often as the other.
				boolean first = pair % 2 == 1;
				Options options = options(given, demands.get(demand), pairs);
				double one = rate(options, first, results);
				double other = rate(options, !first, results);
				double ratio = first ? one / other : other / one;
				ratios.get(demand).add(ratio);
				// So that somebody who waits sees how far it is.
				System.out.println("pair %d, maximum demand %s: %.3f".formatted(pair + 1, demands.get(demand), ratio));
			}
			file.write(results);
		}
		List<String> lines = new ArrayList<>();
		for (int demand = 0; demand < demands.size(); demand++) {
			lines.add("maximum demand %s: with accounts ÷ without %s, %d pairs".formatted(demands.get(demand),
					PairedRatio.of(ratios.get(demand)), ratios.get(demand).size()));
		}
		return lines;
	}

	private static Options options(Options given, String demand, int pairs) {
		return ShortFork.options(given, AccountsBenchmark.class, pairs, 2, 3).param("maxDemand", demand).build();
	}

	/** Returns the events per second of one JVM, by the median of its iterations. */
	private static double rate(Options options, boolean accounts, List<RunResult> results) throws RunnerException {
		Collection<RunResult> run = new Runner(
				new OptionsBuilder().parent(options).param("accounts", String.valueOf(accounts)).build())
			.run();
		results.addAll(run);
		return ShortFork.median(run, (iteration) -> ShortFork.beside(iteration, "events"));
	}

}
