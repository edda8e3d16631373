package io.genstage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link StartupBenchmark} twice: as it is, and with a cache of loaded and linked
 * classes that the same start has made before (JEP 483 and 514), where the JVM has such a
 * thing.
 */
public final class StartupRun {

	/** Makes the JVM use a cache. */
	public static final String AOT_CACHE = "-XX:AOTCache=";

	private static final String MAKE_AOT_CACHE = "-XX:AOTCacheOutput=";

	/** The first JDK that makes a cache in one step. */
	private static final int AOT_CACHE_SINCE = 25;

	private StartupRun() {
	}

	/**
	 * Runs the benchmark. The caches are temporary files of some 45 MB each, for which
	 * the JVM wants a class path of nothing but jars.
	 * @param arguments options of JMH
	 * @throws RunnerException if a benchmark fails and the options say that it must not
	 * @throws CommandLineOptionException if JMH doesn't know an option
	 * @throws IOException if there is no place for the caches
	 */
	public static void main(String[] arguments) throws RunnerException, CommandLineOptionException, IOException {
		Options given = new CommandLineOptions(arguments);
		ResultFile file = new ResultFile(given);
		List<RunResult> results = new ArrayList<>(new Runner(benchmark(given).build()).run());
		file.write(results);
		if (Runtime.version().feature() >= AOT_CACHE_SINCE) {
			for (StartupContender contender : StartupContender.values()) {
				results.addAll(runWithCache(contender, given));
				file.write(results);
			}
		}
	}

	private static Collection<RunResult> runWithCache(StartupContender contender, Options given)
			throws RunnerException, IOException {
		Path cache = Files.createTempFile("startup", ".aot");
		try {
			new Runner(benchmark(given).param("contender", contender.name())
				.forks(1)
				.jvmArgsAppend(MAKE_AOT_CACHE + cache)
				.build()).run();
			return new Runner(
					benchmark(given).param("contender", contender.name()).jvmArgsAppend(AOT_CACHE + cache).build())
				.run();
		}
		finally {
			Files.deleteIfExists(cache);
		}
	}

	private static ChainedOptionsBuilder benchmark(Options given) {
		return new OptionsBuilder().parent(given).include(StartupBenchmark.class.getName() + ".start");
	}

}
