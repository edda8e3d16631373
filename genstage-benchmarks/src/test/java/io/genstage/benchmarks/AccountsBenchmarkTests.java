package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class AccountsBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, AccountsBenchmark.class, "events").with("maxDemand", 1)
			.with("share", 10)
			.report();
		assertThat(report).containsPattern("\\| 1 \\| none \\| \\d")
			.containsPattern("\\| 1 \\| kept \\| \\d")
			.containsPattern("\\| maximum demand 1: with accounts ÷ without \\| \\d")
			.contains("| maximum demand 1000: with accounts ÷ without | – |");
	}

}
