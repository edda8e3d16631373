package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances of a stage that share a rate, and what their producer says of their asks.
 */
class SharedRateTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private void run(long seed, StageDefinition... consumers) {
		SeededExecutor executor = new SeededExecutor(seed);
		StageSystem system = StageSystem.builder().executor(executor).scheduler(executor).build();
		PipelineRegistry registry = new PipelineRegistry(system);
		EventQueue<Object> numbers = new EventQueue<>(1000);
		List<StageDefinition> stages = new ArrayList<>(List.of(consumers));
		stages.add(StageDefinition.of("numbers", numbers));
		registry.register(stages.toArray(StageDefinition[]::new));
		registry.start();
		executor.runReady();
		// Meanwhile each instance may ask, for one event or for many.
		executor.advance(Duration.ofSeconds(10));
		IntStream.range(0, 400).forEach(numbers::offer);
		executor.runReady();
		executor.advance(Duration.ofSeconds(10));
	}

	private static StageDefinition consumer(String name, int maxDemand) {
		return StageDefinition.of(name, StageKind.CONSUMER, () -> (ConsumerStage<Object>) (events, from) -> {
		}).subscribeTo("numbers", SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(maxDemand / 2));
	}

	private static StageOptions rate(int events) {
		return StageOptions.defaults().withRate(new RateAccount(RateLimit.of(events, Duration.ofSeconds(1))));
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void areNotGreedyThoughSomeBeginWithLess(long seed) {
		run(seed, consumer("slow", 10).withConcurrency(16).withOptions(rate(50)));
		assertThat(this.log.read()).noneMatch((line) -> line.contains("are expected"));
	}

	@Test
	void areGreedyBesideAnotherWithALowerMaximum() {
		run(1, consumer("slow", 100).withOptions(rate(1000)), consumer("other", 4));
		assertThat(this.log.read()).anyMatch((line) -> line.contains("events where at most 4 are expected"));
	}

}
