package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.account.QueueTimes;
import io.genstage.account.TimeAccount;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.Rate;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.actuate.GenStageEndpoint.PipelineDescriptor;
import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import io.genstage.boot.actuate.InstanceDescriptor.QueueDescriptor;
import io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration;
import io.genstage.pipeline.PipelineVerdict;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What actuator shows of the time that stages spend, and of what limits them.
 */
class StageTimesTests {

	private final ApplicationContextRunner held = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class))
		.withUserConfiguration(Held.class)
		.withPropertyValues("management.endpoints.web.exposure.include=genstage",
				"management.endpoints.jmx.exposure.include=genstage", "genstage.accounts.interval=100ms");

	@Test
	void saysWhatLimitsAPipelineAndWhatItsStagesDo() {
		this.held.run((context) -> {
			awaitVerdict(context);
			GenStageEndpoint endpoint = context.getBean(GenStageEndpoint.class);
			assertThat(endpoint.pipelines().pipelines()).singleElement().satisfies((pipeline) -> {
				assertThat(pipeline.verdict()).isNotNull();
				assertThat(pipeline.verdict().stage()).isEqualTo("held");
				assertThat(pipeline.verdict().sentence())
					.startsWith("'held' is held by its rate: it is held to 5 events in 1 s")
					.endsWith("; rate would help");
			});
			StageDescriptor stage = endpoint.stage("held");
			assertThat(stage).isNotNull();
			assertThat(stage.instances()).singleElement().satisfies((instance) -> {
				assertThat(instance.name()).isEqualTo("held");
				assertThat(instance.seconds()).containsKey("rate_limited");
				assertThat(instance.calls()).isPositive();
				assertThat(instance.last()).isNotNull();
				assertThat(instance.last().share().values().stream().mapToDouble(Double::doubleValue).sum())
					.isBetween(0.99, 1.01);
			});
		});
	}

	@Test
	void saysWhomAStageWaitsFor() {
		this.held.run((context) -> {
			GenStageEndpoint endpoint = context.getBean(GenStageEndpoint.class);
			// It has nothing to do but at the moment when it is asked for more.
			Awaitility.await().untilAsserted(() -> {
				StageDescriptor source = endpoint.stage("numbers");
				assertThat(source).isNotNull();
				assertThat(source.waitsFor()).containsExactly("held");
			});
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(endpoint.pipelines().pipelines()).flatExtracting(PipelineDescriptor::stages)
							.extracting(StageDescriptor::waitsFor)
							.containsExactly(List.of("held"), null));
		});
	}

	@Test
	void measuresTheTimeOfEachStateAndWhoLimits() {
		this.held.run((context) -> {
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			try (GenStageMetrics metrics = new GenStageMetrics(TestContexts.registry(context))) {
				metrics.bindTo(meters);
				awaitVerdict(context);
				assertThat(meters.get("genstage.limiting").tag("stage", "held").gauge().value()).isEqualTo(1);
				assertThat(meters.get("genstage.limiting").tag("stage", "numbers").gauge().value()).isZero();
				assertThat(meters.get("genstage.time")
					.tags("stage", "held", "state", "rate_limited")
					.functionCounter()
					.count()).isPositive();
				assertThat(meters.get("genstage.time").functionCounters())
					.extracting((meter) -> meter.getId().getTag("state"))
					.contains("handling", "waiting", "retrying", "starved", "blocked", "rate_limited", "collecting",
							"paused", "restarting");
				assertThat(meters.get("genstage.handling").tag("stage", "held").functionTimer().count()).isPositive();
			}
			assertThat(meters.getMeters()).isEmpty();
		});
	}

	@Test
	void saysHowLongEventsAreInAStage() {
		this.held.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			Awaitility.await().until(() -> registry.times("held").orElseThrow().queue().events() > 0);
			StageDescriptor stage = context.getBean(GenStageEndpoint.class).stage("held");
			assertThat(stage).isNotNull();
			assertThat(stage.instances()).singleElement().satisfies((instance) -> {
				assertThat(instance.queue()).isNotNull();
				assertThat(instance.queue().events()).isPositive();
				assertThat(instance.queue().meanMillis()).isNotNull();
				assertThat(instance.queue().within()).isNotEmpty();
			});
			StageDescriptor source = context.getBean(GenStageEndpoint.class).stage("numbers");
			assertThat(source).isNotNull();
			assertThat(source.instances()).singleElement()
				.satisfies((instance) -> assertThat(instance.queue()).isNull());
		});
	}

	@Test
	void writesOnlyTheBoundsThatAreNeeded() {
		QueueTimes times = timesOf(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(250));
		assertThat(QueueDescriptor.of(times).within()).containsExactly(entry("0.03", 1L), entry("0.1", 1L),
				entry("0.3", 3L));
		assertThat(QueueDescriptor.of(times).oldestMillis()).isNull();
		assertThat(QueueDescriptor.of(QueueTimes.NONE)).isNull();
		assertThat(QueueDescriptor.of(timesOf(Duration.ofHours(2))).within()).isEmpty();
	}

	/** Returns the times of events that were there for so long. */
	private static QueueTimes timesOf(Duration... durations) {
		long[] now = { 0 };
		TimeAccount account = new TimeAccount(() -> now[0]);
		for (Duration duration : durations) {
			account.arrived(1, now[0]);
			now[0] += duration.toNanos();
			account.lost(1);
		}
		return account.read().queue();
	}

	private static void awaitVerdict(ApplicationContext context) {
		StageRegistry registry = TestContexts.registry(context);
		Awaitility.await().until(() -> registry.verdict("held").orElseThrow().kind() == PipelineVerdict.Kind.RATE);
	}

	@Test
	void knowsNoTimesWithoutAccounts() {
		this.held.withPropertyValues("genstage.accounts.enabled=false").run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			assertThat(registry.times("held")).isEmpty();
			assertThat(registry.window("held")).isEmpty();
			assertThat(registry.verdict("numbers").orElseThrow().kind()).isEqualTo(PipelineVerdict.Kind.UNKNOWN);
			StageDescriptor stage = context.getBean(GenStageEndpoint.class).stage("held");
			assertThat(stage).isNotNull();
			assertThat(stage.instances()).isEmpty();
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			new GenStageMetrics(registry).bindTo(meters);
			assertThat(meters.get("genstage.time").functionCounters()).extracting(FunctionCounter::count)
				.containsOnly(0.0);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "9ms", "61m", "-1s" })
	void refusesAnIntervalOutOfRange(String interval) {
		this.held.withPropertyValues("genstage.accounts.interval=" + interval)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("genstage.accounts.interval")
				.hasMessageContaining("it must be from 10ms to 1h, but is"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Held {

		@Producer
		Stream<Integer> numbers() {
			return Stream.iterate(1, (number) -> number + 1);
		}

		@Consumer(subscribeTo = "numbers", rate = @Rate(events = 5))
		void held(Integer number) {
			// Is held by its rate.
		}

	}

}
