package io.genstage.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.PerEventConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.delivery.Outcome;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
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
 * of tests of the sample application.
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
	void triesAgain() {
		PerEventConsumerStage<String> archive = new Archive();
		FailurePolicy hourly = FailurePolicy.defaults().withRetries(Retries.fixed(3, Duration.ofHours(1)));
		try (ConsumerTester<String> tester = ConsumerTester.of(archive, StageOptions.defaults().withFailure(hourly),
				SubscribeOptions.defaults())) {
			CompletableFuture<Outcome> stored = tester.deliver("ask");
			tester.advance(Duration.ofHours(2));
			assertThat(stored).isCompletedWithValue(Outcome.ACCEPTED);
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
		Path signing = Path.of("../sample-app/src/test/java/io/genstage/sample/signing");
		String compiled = comparable(
				Files.readString(Path.of("src/test/java/io/genstage/examples/TestingExampleTests.java"))
						+ Files.readString(Path.of("src/test/java/io/genstage/test/MemoryLinksContractTests.java"))
						+ Files.readString(signing.resolve("ProbedSigningTests.java"))
						+ Files.readString(signing.resolve("FailingPenTests.java"))
						+ Files.readString(signing.resolve("SigningSliceTests.java")));
		List<String> shown = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(Files.readString(Path.of("../docs/testing-your-stages.md")))
			.results()
			.map((MatchResult code) -> comparable(code.group(1)))
			.toList();
		assertThat(shown).hasSize(12).allSatisfy((code) -> assertThat(compiled).contains(code));
	}

	/**
	 * Out of reach at first.
	 */
	private static final class Archive implements PerEventConsumerStage<String> {

		private int attempts;

		@Override
		public void handleEvent(String event, Subscription from) {
			this.attempts++;
			if (this.attempts < 3) {
				throw new IllegalStateException("out of reach");
			}
		}

	}

	/** Leaves out what the formatter decides. */
	private static String comparable(String code) {
		return code.replaceAll("\\s+", "");
	}

}
