package io.genstage.boot;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pipelines that are run again when they have ended.
 */
class SecondRunTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withUserConfiguration(Numbers.class)
		.withBean(Print.class);

	@Test
	void handleEverythingAgainAndTellTheirOwnEnd() {
		this.contextRunner.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			assertThat(join(registry.whenEnded("print"))).isEqualTo(PipelineState.COMPLETED);
			for (int run = 2; run <= 4; run++) {
				assertThat(join(registry.run("print"))).isEqualTo(PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).hasSize(3 * run);
			}
		});
	}

	@Test
	void mayBeStartedFromTheirConsumers() {
		this.contextRunner.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			join(registry.whenEnded("print"));
			join(registry.start("print"));
			assertThat(registry.whenEnded("print").toCompletableFuture()).isNotDone();
			join(registry.start("numbers"));
			assertThat(join(registry.whenEnded("print"))).isEqualTo(PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).hasSize(6);
		});
	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2, 3);
		}

	}

	static class Print {

		private final Sink sink;

		Print(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void print(int event) {
			this.sink.add(event);
		}

	}

}
