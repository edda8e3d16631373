package io.genstage.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.metrics.StartupStep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.Mockito.mock;

/**
 * What Spring's startup endpoint shows of pipelines.
 */
class StartupPhaseTests {

	private final BufferingApplicationStartup startup = new BufferingApplicationStartup(1000);

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withInitializer((context) -> context.setApplicationStartup(this.startup))
		.withUserConfiguration(Stages.class);

	private List<TimelineEvent> steps() {
		return this.startup.getBufferedTimeline()
			.getEvents()
			.stream()
			.filter((event) -> event.getStartupStep().getName().startsWith("genstage."))
			.toList();
	}

	private StartupStep only(String name) {
		return steps().stream()
			.map(TimelineEvent::getStartupStep)
			.filter((step) -> step.getName().equals(name))
			.reduce((one, other) -> {
				throw new AssertionError("'%s' came twice".formatted(name));
			})
			.orElseThrow(() -> new AssertionError("no '%s'".formatted(name)));
	}

	private static Map<String, String> tags(StartupStep step) {
		Map<String, String> tags = new LinkedHashMap<>();
		step.getTags().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
		return tags;
	}

	@Test
	void measuresHowPipelinesAreWired() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			StartupStep wire = only("genstage.wire");
			assertThat(tags(wire)).containsExactly(entry("stages", "5"), entry("pipelines", "2"));
			assertThat(tags(only("genstage.read"))).containsExactly(entry("stages", "5"));
			assertThat(tags(only("genstage.resolve"))).containsExactly(entry("stages", "5"));
			assertThat(only("genstage.read").getParentId()).isEqualTo(wire.getId());
			assertThat(only("genstage.resolve").getParentId()).isEqualTo(wire.getId());
		});
	}

	@Test
	void measuresTheStartOfEachPipeline() {
		this.runner.run((context) -> assertThat(steps()).map(TimelineEvent::getStartupStep)
			.filteredOn((step) -> step.getName().equals("genstage.start"))
			.extracting(StartupPhaseTests::tags)
			.containsExactlyInAnyOrder(Map.of("pipeline", "numbers", "stages", "2"),
					Map.of("pipeline", "words", "stages", "3")));
	}

	@Test
	void measuresPipelinesThatStartWhenTheApplicationIsReady() {
		this.runner.withPropertyValues("genstage.lifecycle.start-on=ready").run((context) -> {
			assertThat(steps()).extracting((event) -> event.getStartupStep().getName())
				.doesNotContain("genstage.start");
			context.publishEvent(mock(ApplicationReadyEvent.class));
			assertThat(steps()).extracting((event) -> event.getStartupStep().getName()).contains("genstage.start");
		});
	}

	@Test
	void endsAStepThatFails() {
		this.runner.withPropertyValues("genstage.stages.numbers.buffer=many").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(steps()).extracting((event) -> event.getStartupStep().getName())
				.contains("genstage.wire", "genstage.read", "genstage.resolve");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Producer
		List<Integer> numbers(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void store(Integer number) {
			// Gets none.
		}

		@Producer
		List<Integer> words(long demand) {
			return List.of();
		}

		@ProducerConsumer(subscribeTo = "words")
		Integer count(Integer word) {
			return word;
		}

		@Consumer(subscribeTo = "count")
		void print(Integer count) {
			// Gets none.
		}

	}

}
