package io.genstage.benchmarks;

import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.Options;

/**
 * The file that JMH's options name for the results, for runs that JMH is called for more
 * than once.
 */
final class ResultFile {

	private final Options options;

	ResultFile(Options options) {
		this.options = options;
	}

	/**
	 * Writes all results so far, in place of those written before, if a file is named.
	 */
	void write(List<RunResult> results) {
		if (this.options.getResult().hasValue()) {
			ResultFormatFactory
				.getInstance(this.options.getResultFormat().orElse(Defaults.RESULT_FORMAT),
						this.options.getResult().get())
				.writeOut(results);
		}
	}

}
