package io.genstage.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import static org.assertj.core.api.Assertions.assertThat;

class AccountsRunTests {

	@Test
	void printsTheRatioOfPairs(@TempDir Path directory) throws Exception {
		Path results = directory.resolve("results.json");
		CommandLineOptions options = new CommandLineOptions("-f", "0", "-wi", "0", "-i", "1", "-r", "1ms", "-p",
				"maxDemand=1", "-p", "share=10", "-rf", "json", "-rff", results.toString());
		assertThat(AccountsRun.run(options)).singleElement()
			.asString()
			.matches(
					"maximum demand 1: with accounts ÷ without \\d+\\.\\d{3} \\[\\d+\\.\\d{3} to \\d+\\.\\d{3}], 1 pairs");
		assertThat(Files.readString(results)).contains("\"accounts\" : \"true\"", "\"accounts\" : \"false\"");
	}

}
