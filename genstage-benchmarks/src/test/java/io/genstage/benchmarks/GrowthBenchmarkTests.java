package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class GrowthBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, GrowthBenchmark.class, "deliveries").with("consumers", 1, 4).report();
		assertThat(report).containsPattern("\\| broadcast \\| 4 \\| \\d")
			.containsPattern("\\| partition: dearest ÷ fewest consumers \\| \\d");
		assertThat(directory.resolve("growth.svg")).content().contains("demand", "broadcast", "partition");
	}

}
