package io.genstage.boot.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
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
		.compile("INFO .*pipeline 'letters' has completed after \\d+ ms: (.*)");

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
						&& line.endsWith(" ms: 3 events read, 2 handled, 1 discarded (halve: 1)"))));
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
