package io.genstage.benchmarks;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import static org.assertj.core.api.Assertions.assertThat;

class ComparisonRunTests {

	@Test
	void printsTheRatiosOfEachWorkload() throws Exception {
		CommandLineOptions options = new CommandLineOptions("-f", "0", "-wi", "0", "-i", "1", "-r", "1ms", "-p",
				"workload=PIPE");
		assertThat(ComparisonRun.run(options, System.getProperty("java.class.path"))).singleElement()
			.asString()
			.matches("PIPE: acknowledged ÷ plain \\S+ \\[\\S+ to \\S+]; plain ÷ before \\S+ \\[\\S+ to \\S+]; "
					+ "plain \\S+ \\(\\S+ to \\S+\\) events/µs and \\S+ B; acknowledged .*; before .*");
	}

}
