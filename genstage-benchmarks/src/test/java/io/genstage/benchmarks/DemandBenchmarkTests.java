package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DemandBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, DemandBenchmark.class, ".*").with("maxDemand", 100, 1000)
			.with("work", 0)
			.report();
		assertThat(report).containsPattern("\\| none \\| 1000 \\| \\d")
			.containsPattern("\\| 100( \\| \\d[\\d.]*){3} \\|")
			.contains("![demand.svg](demand.svg)");
		assertThat(directory.resolve("demand-latency.svg")).content().contains("p99");
	}

}
