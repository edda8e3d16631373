package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LatencyBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, LatencyBenchmark.class, "hop").with("contender", LineContender.STAGES_POOL)
			.with("idle", 0)
			.report();
		assertThat(report).containsPattern("\\| stages-pool \\| 0 \\| \\d")
			.contains("| stages-pool, p50, 0 µs idle: ÷ Jox | – | ≤ 1.00 | not measured |");
		assertThat(directory.resolve("latency.svg")).content().contains("stages-pool");
	}

}
