package io.genstage.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StartupBenchmarkTests {

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, StartupBenchmark.class, "start").report();
		assertThat(report).containsPattern("\\| without starter \\| \\d")
			.containsPattern("\\| 50 annotated stages: ms more \\| -?\\d");
	}

}
