package io.genstage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

	@Test
	@EnabledOnOs(OS.LINUX)
	void comparesTwoPinnedJvms() throws Exception {
		assertThat(ComparisonRun.runPinned(oneSlice(), System.getProperty("java.class.path"), oneProcessorTwice()))
			.singleElement()
			.asString()
			.matches("PIPE: plain ÷ before \\S+ \\[\\S+ to \\S+], 2 pairs; "
					+ "plain \\S+ and before \\S+ events per µs of processor time");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void reportsPinnedJvmThatEnds() throws Exception {
		CommandLineOptions options = oneSlice();
		String processors = oneProcessorTwice() + "no";
		assertThatIllegalStateException()
			.isThrownBy(() -> ComparisonRun.runPinned(options, System.getProperty("java.class.path"), processors))
			.withMessageContaining("before it was warm");
	}

	@Test
	void refusesToPinWithoutTwoProcessorsAndAnEarlierBuild() throws Exception {
		CommandLineOptions options = oneSlice();
		assertThatIllegalArgumentException().isThrownBy(() -> ComparisonRun.runPinned(options, null, "0,1"))
			.withMessage("-Dpinned needs an earlier build: -Dbefore=");
		assertThatIllegalArgumentException().isThrownBy(() -> ComparisonRun.runPinned(options, "before.jar", "0"))
			.withMessage("expected two processors, such as 0,1, was [0]");
	}

	private static CommandLineOptions oneSlice() throws Exception {
		return new CommandLineOptions("-f", "2", "-wi", "0", "-i", "1", "-r", "1ms", "-p", "workload=PIPE");
	}

	/** Returns one that this JVM may use, of which there may be only one. */
	private static String oneProcessorTwice() throws IOException {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/taskset")));
		String prefix = "Cpus_allowed_list:";
		String allowed = Files.readAllLines(Path.of("/proc/self/status"))
			.stream()
			.filter((line) -> line.startsWith(prefix))
			.findFirst()
			.orElseThrow()
			.substring(prefix.length())
			.strip();
		String first = allowed.split("[,-]")[0];
		return first + "," + first;
	}

}
