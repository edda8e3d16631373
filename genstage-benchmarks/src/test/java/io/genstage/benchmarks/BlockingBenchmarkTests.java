package io.genstage.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import io.genstage.benchmarks.workload.Sleepers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class BlockingBenchmarkTests {

	@ParameterizedTest
	@MethodSource("contenders")
	@Timeout(60)
	void handlesEachEventOnce(BlockingContender contender) throws Exception {
		try (Sleepers sleepers = contender.open(3)) {
			assertThat(sleepers.handle(10)).isEqualTo(10);
			assertThat(sleepers.handle(31)).as("a second time").isEqualTo(31);
		}
	}

	@Test
	void givesResultsThatTheReportReads(@TempDir Path directory) throws Exception {
		String report = new Jmh(directory, BlockingBenchmark.class, "events")
			.with("contender", BlockingContender.PIPELINE_POOL, BlockingContender.PLAIN_POOL)
			.with("concurrency", 64)
			.with("share", 10)
			.report();
		assertThat(report).containsPattern("\\| plain-pool \\| 64 \\| \\d.* \\| 1.00 \\|")
			.containsPattern("\\| pipeline on a pool, 64 at once: ÷ plain threads \\| \\d");
		assertThat(directory.resolve("concurrency.svg")).content().contains("pipeline-pool");
	}

	static Stream<BlockingContender> contenders() {
		return Arrays.stream(BlockingContender.values()).filter(BlockingContender::isSupported);
	}

}
