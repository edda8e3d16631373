package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The line with which each run of a pipeline ends.
 */
@ExtendWith(OutputCaptureExtension.class)
class RunSummaryTests {

	private static final Pattern COMPLETED = Pattern
		.compile("INFO .*pipeline 'letters' has completed after \\d+ ms: ([^;\\v]*)");

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Test
	void countsWhatCameInAndWhatIsDone(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Letters.class)
			.run((context) -> await().untilAsserted(
					() -> assertThat(summaries(output)).containsExactly("3 events read, 6 handled, 0 discarded")));
	}

	@Test
	void countsEachRunForItself(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Letters.class).run((context) -> {
			await().untilAsserted(() -> assertThat(summaries(output)).hasSize(1));
			StageRegistry stages = TestContexts.registry(context);
			for (String stage : List.of("print", "copy", "large", "letters")) {
				stages.start(stage);
			}
			await().untilAsserted(() -> assertThat(summaries(output))
				.containsExactly("3 events read, 6 handled, 0 discarded", "3 events read, 6 handled, 0 discarded"));
		});
	}

	@Test
	void warnsOfALossAndNamesItsStages(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Lossy.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false")
			.run((context) -> await().untilAsserted(() -> assertThat(output.toString().lines())
				.anyMatch((line) -> line.contains("WARN") && line.contains("pipeline 'numbers' has completed after ")
						&& line.contains(" ms: 3 events read, 2 handled, 1 discarded (halve: 1)"))));
	}

	@Test
	void countsDeadLettersAndSkippedEventsAndNamesTheBusiestStage() {
		RunTotals totals = new RunTotals(10, 5, Map.of(), Map.of("parse", 2L),
				new TreeMap<>(Map.of("parse", 1L, "store", 2L)), Map.of("parse", 7_000_000L, "store", 12_000_000L));
		assertThat(new RunSummary("lines", PipelineState.COMPLETED, totals, Duration.ofMillis(20), 0)).hasToString(
				"pipeline 'lines' has completed after 20 ms: 10 events read, 5 handled, 2 dead letters (parse: 2), "
						+ "3 skipped (parse: 1, store: 2), 0 discarded; 'store' was busiest, 12 ms; exit code 0");
	}

	@Test
	void saysTheExitCodeOfAnApplicationThatEndsWithThePipeline(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Letters.class)
			.withPropertyValues("genstage.lifecycle.exit-on-completion=letters")
			.run((context) -> await().untilAsserted(() -> assertThat(output)
				.containsPattern("'letters' has completed after .*: 3 events read.*; exit code 0\\v")));
	}

	@Test
	void saysAnExitCodeForALossThatIsOne(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Lossy.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false",
					"genstage.lifecycle.exit-on-completion=numbers")
			.run((context) -> await().untilAsserted(() -> assertThat(output)
				.containsPattern("'numbers' has completed after .*1 discarded .*; exit code 1\\v")));
	}

	@Test
	void isThereForAPipelineThatIsDrained(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Queue.class)
			.run((context) -> assertThat(output).doesNotContain("events read"));
		assertThat(output)
			.containsPattern("pipeline 'queue' has \\w+ after \\d+ ms: 0 events read, 0 handled, 0 discarded");
	}

	private static List<String> summaries(CapturedOutput output) {
		return COMPLETED.matcher(output).results().map((line) -> line.group(1).strip()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		@Bean
		@Producer(dispatcher = "broadcast")
		List<String> letters() {
			return List.of("a", "b", "c");
		}

		@ProducerConsumer(subscribeTo = "letters")
		String large(String letter) {
			return letter.toUpperCase(Locale.ROOT);
		}

		@Consumer(subscribeTo = "large")
		void print(String letter) {
		}

		@Consumer(subscribeTo = "letters")
		void copy(String letter) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Lossy {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(2, 3, 4);
		}

		@Consumer(subscribeTo = "numbers", maxDemand = 1)
		void halve(Integer number) {
			if (number % 2 != 0) {
				throw new IllegalStateException("odd");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Queue {

		@Bean
		@Producer
		EventQueue<String> queue() {
			return new EventQueue<>(1);
		}

		@Consumer(subscribeTo = "queue")
		void handle(String event) {
		}

	}

}
