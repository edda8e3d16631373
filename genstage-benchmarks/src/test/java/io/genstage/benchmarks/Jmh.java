package io.genstage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.genstage.benchmarks.report.Environment;
import io.genstage.benchmarks.report.Report;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs one benchmark for a moment, in this JVM, and returns the report.
 */
final class Jmh {

	private final Path directory;

	private final ChainedOptionsBuilder options;

	Jmh(Path directory, Class<?> benchmark, String method) {
		this.directory = directory;
		this.options = new OptionsBuilder().include(benchmark.getName() + "." + method + "$")
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(1))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.resultFormat(ResultFormatType.JSON)
			.result(results().toString());
	}

	Jmh with(String param, Object... values) {
		this.options.param(param, List.of(values).stream().map(Object::toString).toArray(String[]::new));
		return this;
	}

	String report() throws RunnerException, IOException {
		new Runner(this.options.build()).run();
		Report.write(results(), new Environment("A system", 2, List.of()));
		return Files.readString(this.directory.resolve("results.md"));
	}

	private Path results() {
		return this.directory.resolve("results.json");
	}

}
