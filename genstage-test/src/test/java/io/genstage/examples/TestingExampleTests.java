package io.genstage.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.Sources;
import io.genstage.test.Completion;
import io.genstage.test.ConsumerTester;
import io.genstage.test.ProducerConsumerTester;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/testing-your-stages.md}, which are pieces of this file and
 * of a test of the sample application.
 */
class TestingExampleTests {

	@Test
	void runsAStageAlone() {
		ProducerConsumerStage<String, Integer> lengths = (words, from) -> words.stream().map(String::length).toList();
		try (ProducerConsumerTester<String, Integer> tester = ProducerConsumerTester.of(lengths)) {
			tester.send("ask", "demand");
			assertThat(tester.emitted()).isEmpty();
			tester.ask(10);
			assertThat(tester.emitted()).containsExactly(3, 6);
			tester.complete();
			assertThat(tester.exit()).contains(ExitReason.NORMAL);
		}
	}

	@Test
	void seesAFailure() {
		ConsumerStage<String> archive = (words, from) -> {
			throw new IllegalStateException("the disk is full");
		};
		try (ConsumerTester<String> tester = ConsumerTester.of(archive)) {
			tester.send("ask");
			assertThat(tester.failure()).get().hasToString("java.lang.IllegalStateException: the disk is full");
			assertThat(tester.status().discarded()).isEqualTo(1);
		}
	}

	@Test
	void letsTimePass() {
		ProducerConsumerStage<String, String> lines = (words, from) -> List.of(String.join(" ", words));
		Batching<String> threes = Batching.of(BatchOptions.defaults().withSize(3).withTimeout(Duration.ofSeconds(5)));
		try (ProducerConsumerTester<String, String> tester = ProducerConsumerTester.of(lines,
				StageOptions.defaults().withBatching(threes), SubscribeOptions.defaults())) {
			tester.ask(10);
			tester.send("no", "time", "passes", "here");
			assertThat(tester.emitted()).containsExactly("no time passes");
			tester.advance(Duration.ofSeconds(5));
			assertThat(tester.emitted()).containsExactly("no time passes", "here");
		}
	}

	@Test
	void waitsForAPipeline() {
		ConsumerStage<String> archive = (words, from) -> {
		};
		try (StageSystem system = StageSystem.create()) {
			Pipeline pipeline = new Pipeline(
					PipelineGraph.of(List.of(StageDefinition.of("words", Sources.iterable(List.of("ask", "demand"))),
							StageDefinition.of("archive", archive).subscribeTo("words"))),
					system);
			pipeline.start();
			Completion.await(pipeline, Duration.ofSeconds(10));
		}
	}

	@Test
	void areThoseThatAreShown() throws IOException {
		String compiled = comparable(
				Files.readString(Path.of("src/test/java/io/genstage/examples/TestingExampleTests.java")) + Files
					.readString(
							Path.of("../sample-app/src/test/java/io/genstage/sample/signing/ProbedSigningTests.java")));
		List<String> shown = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(Files.readString(Path.of("../docs/testing-your-stages.md")))
			.results()
			.map((MatchResult code) -> comparable(code.group(1)))
			.toList();
		assertThat(shown).hasSize(5).allSatisfy((code) -> assertThat(compiled).contains(code));
	}

	/** Leaves out what the formatter decides. */
	private static String comparable(String code) {
		return code.replaceAll("\\s+", "");
	}

}
