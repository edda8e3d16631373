package io.genstage.boot;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many events of a producer may be open between it and the end.
 */
@ExtendWith(OutputCaptureExtension.class)
class MaxUnsettledTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.lifecycle.auto-startup=false");

	@Test
	void isWhatTheStagesBehindItMayHaveAskedFor(CapturedOutput output) {
		this.contextRunner.withBean(Row.class)
			.withPropertyValues("genstage.stages.upper.max-demand=20", "genstage.stages.upper.concurrency=2",
					"genstage.stages.upper.failure.enabled=false", "genstage.stages.last.max-demand=7",
					"genstage.stages.last.failure.outage.failures=3")
			.run((context) -> {
				// Two instances with 20 each; the last stage has 7 of each, and 3 beside.
				assertThat(limit(context, "words")).isEqualTo(2 * 20 + 2 * (7 + 3));
				assertThat(limit(context, "upper")).isNull();
				assertThat(output).doesNotContain("unsettled events, less than");
			});
	}

	@Test
	void isWarnedOfIfItIsLess(CapturedOutput output) {
		this.contextRunner.withBean(Row.class)
			.withPropertyValues("genstage.stages.words.max-unsettled=5", "genstage.defaults.max-demand=10",
					"genstage.defaults.failure.enabled=false")
			.run((context) -> {
				assertThat(limit(context, "words")).isEqualTo(5);
				assertThat(output)
					.contains("stage 'words' may have 5 unsettled events, fewer than the 20 that the stages behind it");
			});
	}

	@Test
	void isSaidByTheAnnotation() {
		this.contextRunner.withBean(Limited.class)
			.run((context) -> assertThat(limit(context, "numbers")).isEqualTo(2000));
	}

	@Test
	void isNoneIfAStageAsksItself() {
		this.contextRunner.withBean(Row.class)
			.withBean("asking", Asking.class)
			.run((context) -> assertThat(limit(context, "words")).isNull());
	}

	@Test
	void isChecked() {
		this.contextRunner.withBean(Row.class)
			.withPropertyValues("genstage.stages.words.max-unsettled=0", "genstage.stages.last.max-unsettled=1")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"property 'genstage.stages.words.max-unsettled': must be from 1 to 1000000, but is 0")
				.hasMessageContaining("property 'genstage.stages.last.max-unsettled': has no effect on a consumer"));
	}

	private static @Nullable Integer limit(ApplicationContext context, String stage) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(stage))
			.findFirst()
			.orElseThrow()
			.options()
			.maxUnsettled();
	}

	static class Row {

		@Producer
		List<String> words() {
			return List.of();
		}

		@ProducerConsumer(subscribeTo = "words")
		String upper(String word) {
			return word.toUpperCase(java.util.Locale.ROOT);
		}

		@Consumer(subscribeTo = "upper")
		void last(String word) {
		}

	}

	static class Limited {

		@Producer(maxUnsettled = 2000)
		List<String> numbers() {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void last(String number) {
		}

	}

	@Consumer(value = "asking", subscribeTo = "words")
	static class Asking implements ConsumerStage<String> {

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

	}

}
