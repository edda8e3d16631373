package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FootprintBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, FootprintBenchmark.class, ".*").with("contender", LineContender.STAGES_POOL)
			.with("lines", 1)
			.with("idleMillis", 10)
			.report();
		assertThat(report).contains("## Footprint: 1000 stages in lines of 1000")
			.containsPattern("\\| stages-pool( \\| -?\\d[\\d.]*){8} \\|");
	}

}
