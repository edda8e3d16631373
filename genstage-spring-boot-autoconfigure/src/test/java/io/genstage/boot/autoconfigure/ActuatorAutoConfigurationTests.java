package io.genstage.boot.autoconfigure;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.genstage.ConsumerStage;
import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.PipelineLifecycle;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.actuate.GenStageDeadLettersEndpoint;
import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What there is with actuator, with parts of it, and with parts of the user's own.
 */
class ActuatorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class,
				GenStageDeadLettersEndpointAutoConfiguration.class, GenStageHealthContributorAutoConfiguration.class,
				GenStageMetricsAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
		.withUserConfiguration(Numbers.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false",
				"management.endpoints.web.exposure.include=genstage");

	private final ApplicationContextRunner meteredRunner = this.contextRunner.withBean(MeterRegistry.class,
			SimpleMeterRegistry::new, (definition) -> definition.setPrimary(true));

	@Nested
	class WithAllJars {

		@Test
		void hasEverything() {
			ActuatorAutoConfigurationTests.this.meteredRunner
				.run((context) -> assertThat(context).hasSingleBean(GenStageEndpoint.class)
					.hasSingleBean(GenStageHealthIndicator.class)
					.hasSingleBean(GenStageMetrics.class));
		}

		@Test
		void hasNoMetersWithoutARegistry() {
			TestContexts.runner()
				.withConfiguration(AutoConfigurations.of(GenStageMetricsAutoConfiguration.class))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(GenStageMetrics.class));
		}

	}

	@Nested
	class WithoutARegistry {

		@Test
		void hasNothing() {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class,
						GenStageHealthContributorAutoConfiguration.class, GenStageMetricsAutoConfiguration.class))
				.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
				.withPropertyValues("management.endpoints.web.exposure.include=genstage")
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(GenStageEndpoint.class)
					.doesNotHaveBean(GenStageHealthIndicator.class)
					.doesNotHaveBean(GenStageMetrics.class));
		}

	}

	@Nested
	class WithoutAJar {

		private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withBean(Sink.class)
			.withUserConfiguration(ChosenAutoConfigurations.class, Numbers.class)
			.withPropertyValues("management.endpoints.web.exposure.include=genstage");

		@Test
		void hasEverythingElse() {
			without("none.at.all").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).hasBean("genstageHealthContributor")
					.hasBean("genstageEndpoint")
					.hasBean("genstageMetrics");
			});
		}

		@Test
		void hasNoHealthWithoutBootsHealth() {
			without("org.springframework.boot.health").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).doesNotHaveBean("genstageHealthContributor")
					.hasBean("genstageEndpoint")
					.hasBean("genstageMetrics");
			});
		}

		@Test
		void hasNoEndpointWithoutTheAutoConfigurationOfActuator() {
			without("org.springframework.boot.actuate.autoconfigure").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).hasBean("genstageHealthContributor")
					.doesNotHaveBean("genstageEndpoint")
					.hasBean("genstageMetrics");
			});
		}

		@Test
		void hasNoEndpointWithoutActuator() {
			without("org.springframework.boot.actuate").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).hasBean("genstageHealthContributor").doesNotHaveBean("genstageEndpoint");
			});
		}

		@Test
		void hasNoMetersWithoutBootsMetrics() {
			without("org.springframework.boot.micrometer").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).hasBean("genstageHealthContributor")
					.hasBean("genstageEndpoint")
					.doesNotHaveBean("genstageMetrics");
			});
		}

		@Test
		void hasNoMetersWithoutMicrometer() {
			without("io.micrometer.core", "org.springframework.boot.micrometer").run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2, 3);
				assertThat(context).hasBean("genstageHealthContributor").doesNotHaveBean("genstageMetrics");
			});
		}

		@Test
		void runsTheStagesWithoutAnyOfThem() {
			without("io.micrometer.core", "org.springframework.boot.micrometer", "org.springframework.boot.actuate",
					"org.springframework.boot.health")
				.run((context) -> {
					TestContexts.sink(context).awaitExactly(1, 2, 3);
					assertThat(context.getBeanNamesForType(Object.class))
						.filteredOn((name) -> name.contains("genstage"))
						.containsExactlyInAnyOrder("genstageTaskExecutor", "genstageStageSystem",
								"genstageStageRegistry", "genstageDeadLetterStore", "genstageDeadLetterDesk",
								"genstageEventPublisher", "genstagePipelineLifecycle", "genstagePropertyProblems",
								"genstagePipelineRuns", "genstageProgressLog",
								"genstageLazyInitializationExcludeFilter",
								"genstage-io.genstage.boot.declaration.GenStageProperties",
								"io.genstage.boot.autoconfigure.GenStageAutoConfiguration",
								"io.genstage.boot.autoconfigure.GenStageObservationAutoConfiguration",
								"io.genstage.boot.autoconfigure.GenStageTransactionAutoConfiguration",
								"io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration",
								"io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration$JsonConfiguration",
								"genstageMemoryLinks", "genstageLinks", "genstageAfterCommit");
				});
		}

		private ApplicationContextRunner without(String... packages) {
			return this.contextRunner.withClassLoader(new FilteredClassLoader(packages));
		}

	}

	@Nested
	class ByProperty {

		@Test
		void hasNoEndpointUnlessItIsExposed() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.withPropertyValues("management.endpoints.web.exposure.include=health")
				.run((context) -> assertThat(context).doesNotHaveBean(GenStageEndpoint.class));
		}

		@Test
		void hasNoEndpointOfDeadLettersUnlessItIsExposed() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.run((context) -> assertThat(context).doesNotHaveBean(GenStageDeadLettersEndpoint.class));
			ActuatorAutoConfigurationTests.this.contextRunner
				.withPropertyValues("management.endpoints.web.exposure.include=genstagedeadletters")
				.run((context) -> assertThat(context).hasSingleBean(GenStageDeadLettersEndpoint.class)
					.doesNotHaveBean(GenStageEndpoint.class));
		}

		@Test
		void hasNoEndpointWithoutAccess() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.withPropertyValues("management.endpoint.genstage.access=NONE")
				.run((context) -> assertThat(context).doesNotHaveBean(GenStageEndpoint.class));
		}

		@Test
		void hasNoHealthIfItIsDisabled() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.withPropertyValues("management.health.genstage.enabled=false")
				.run((context) -> assertThat(context).doesNotHaveBean(GenStageHealthIndicator.class));
		}

	}

	@Nested
	class WithTheUsersOwn {

		@Test
		void healthContributorBacksOff() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.withBean("genstageHealthContributor", HealthIndicator.class, () -> () -> Health.up().build())
				.run((context) -> assertThat(context).doesNotHaveBean(GenStageHealthIndicator.class));
		}

		@Test
		void endpointBacksOff() {
			ActuatorAutoConfigurationTests.this.contextRunner.withUserConfiguration(OwnEndpoint.class)
				.run((context) -> assertThat(context).getBean(GenStageEndpoint.class)
					.isSameAs(context.getBean("mine")));
		}

		@Test
		void endpointOfDeadLettersBacksOff() {
			ActuatorAutoConfigurationTests.this.contextRunner
				.withPropertyValues("management.endpoints.web.exposure.include=genstagedeadletters")
				.withUserConfiguration(OwnDeadLettersEndpoint.class)
				.run((context) -> assertThat(context).getBean(GenStageDeadLettersEndpoint.class)
					.isSameAs(context.getBean("mine")));
		}

		@Test
		void endpointOfDeadLettersNeedsOneDesk() {
			ActuatorAutoConfigurationTests.this.meteredRunner
				.withPropertyValues("management.endpoints.web.exposure.include=genstagedeadletters")
				.withBean("one", DeadLetterStore.class, MemoryDeadLetterStore::new)
				.withBean("two", DeadLetterStore.class, MemoryDeadLetterStore::new)
				.run((context) -> {
					assertThat(context).doesNotHaveBean(GenStageDeadLettersEndpoint.class);
					assertThat(context.getBean(MeterRegistry.class).find("genstage.dead.letters").gauges()).isEmpty();
				});
		}

		@Test
		void metricsBackOff() {
			ActuatorAutoConfigurationTests.this.meteredRunner.withUserConfiguration(OwnMetrics.class)
				.run((context) -> assertThat(context).getBean(GenStageMetrics.class).isSameAs(context.getBean("mine")));
		}

		@Test
		void stageSystemBacksOff() {
			StageSystem mine = StageSystem.create();
			ActuatorAutoConfigurationTests.this.contextRunner.withBean(StageSystem.class, () -> mine)
				.run((context) -> assertThat(context).getBean(StageSystem.class).isSameAs(mine));
		}

		@Test
		void registryAndLifecycleBackOff() {
			ActuatorAutoConfigurationTests.this.contextRunner.withUserConfiguration(OwnRegistry.class)
				.run((context) -> {
					assertThat(context).hasSingleBean(StageRegistry.class).hasSingleBean(PipelineLifecycle.class);
					assertThat(context).hasBean("myRegistry").hasBean("myLifecycle");
				});
		}

	}

	@Nested
	class ItsHealth {

		@Test
		void isUpWithTheStatesOfThePipelines() {
			ActuatorAutoConfigurationTests.this.contextRunner.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				Health health = context.getBean(GenStageHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).hasToString("{pipelines={numbers=COMPLETED}}");
			});
		}

		@Test
		void isDownWithTheStagesThatFailed() {
			ActuatorAutoConfigurationTests.this.contextRunner.withUserConfiguration(Failing.class).run((context) -> {
				org.awaitility.Awaitility.await()
					.until(() -> context.getBean(GenStageHealthIndicator.class).health().getStatus() == Status.DOWN);
				assertThat(context.getBean(GenStageHealthIndicator.class).health().getDetails()).containsEntry("failed",
						List.of("failing"));
			});
		}

	}

	@Nested
	class ItsMeters {

		@Test
		void haveValuesThatAddUp() {
			ActuatorAutoConfigurationTests.this.meteredRunner.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("genstage.events.out")
					.tags("stage", "numbers", "kind", "producer")
					.functionCounter()).satisfies((out) -> assertThat(out.count()).isEqualTo(3));
				assertThat(meters.get("genstage.events.in").tags("stage", "keep", "kind", "consumer").functionCounter())
					.satisfies((in) -> assertThat(in.count()).isEqualTo(3));
				assertThat(meters.get("genstage.events.discarded").functionCounters())
					.allSatisfy((discarded) -> assertThat(discarded.count()).isZero());
				assertThat(meters.get("genstage.events.buffered").tags("stage", "numbers").gauge().value()).isZero();
			});
		}

		@Test
		void showTheDemandOfEachEdge() {
			ActuatorAutoConfigurationTests.this.meteredRunner.withUserConfiguration(Waiting.class).run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				org.awaitility.Awaitility.await()
					.until(() -> meters.get("genstage.demand")
						.tags("stage", "patient", "producer", "nothing")
						.gauge()
						.value() == 8);
			});
		}

		@Test
		void haveTheSameTagsUnderEachName() {
			ActuatorAutoConfigurationTests.this.meteredRunner.withUserConfiguration(Waiting.class)
				.run((context) -> assertThat(genstageMeters(context.getBean(MeterRegistry.class)))
					.allSatisfy((meter) -> assertThat(meter.getId().getTags()).extracting("key")
						.containsExactlyElementsOf(switch (meter.getId().getName()) {
							case "genstage.demand" -> List.of("producer", "stage");
							case "genstage.state", "genstage.time" -> List.of("kind", "stage", "state");
							case "genstage.events.settled" -> List.of("kind", "outcome", "stage");
							case "genstage.dead.letters" -> List.of("kind", "stage", "status");
							case "genstage.queue.within" -> List.of("kind", "le", "stage");
							default -> List.of("kind", "stage");
						})));
		}

		@Test
		void countDeadLettersOfEachStageAndStatus() {
			ActuatorAutoConfigurationTests.this.meteredRunner.run((context) -> {
				DeadLetterStore store = context.getBean(DeadLetterStore.class);
				for (String stage : List.of("keep", "keep", "gone")) {
					store.append(DeadLetter.of(stage, 1, Instant.EPOCH), 1);
				}
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("genstage.dead.letters").gauges())
					.extracting((gauge) -> gauge.getId().getTag("stage") + " " + gauge.getId().getTag("status"),
							Gauge::value)
					.containsExactlyInAnyOrder(tuple("keep waiting", 2.0), tuple("keep replaying", 0.0),
							tuple("keep abandoned", 0.0));
			});
		}

		@Test
		void areThereForAStageThatIsRegistered() {
			ActuatorAutoConfigurationTests.this.meteredRunner.withUserConfiguration(Waiting.class).run((context) -> {
				StageDefinition audit = StageDefinition.of("audit", (ConsumerStage<Integer>) (events, from) -> {
				}).subscribeTo("nothing");
				TestContexts.registry(context).register(audit).toCompletableFuture().get(30, TimeUnit.SECONDS);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				org.awaitility.Awaitility.await()
					.until(() -> meters.get("genstage.demand").tags("stage", "audit").gauge().value() == 1000);
				assertThat(meters.get("genstage.events.in").tags("stage", "audit").functionCounters()).hasSize(1);
			});
		}

		@Test
		void areGoneWhenTheContextIsClosed() {
			for (int round = 0; round < 20; round++) {
				SimpleMeterRegistry meters = new SimpleMeterRegistry();
				ActuatorAutoConfigurationTests.this.contextRunner.withBean("meters", MeterRegistry.class, () -> meters)
					.run((context) -> assertThat(genstageMeters(meters)).isNotEmpty());
				assertThat(genstageMeters(meters)).isEmpty();
			}
		}

		private List<Meter> genstageMeters(MeterRegistry registry) {
			return registry.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("genstage."))
				.toList();
		}

	}

	/**
	 * Selects auto-configurations as an application does: by name, and leaving out those
	 * whose classes are missing before they are read.
	 */
	@Import(ChosenAutoConfigurations.Selector.class)
	static class ChosenAutoConfigurations {

		static class Selector extends AutoConfigurationImportSelector {

			@Override
			protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
				return new AnnotationAttributes(Map.of("exclude", new String[0], "excludeName", new String[0]));
			}

			@Override
			protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
					AnnotationAttributes attributes) {
				return super.getCandidateConfigurations(metadata, attributes).stream()
					.filter((name) -> name.startsWith("io.genstage") || name.contains("MeterRegistry")
							|| name.contains("MetricsAutoConfiguration") || name.contains("SimpleMetricsExport")
							|| name.contains("TaskExecution"))
					.filter((name) -> !name.contains("AspectsAuto") && ClassUtils.isPresent(name, getBeanClassLoader()))
					.toList();
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2, 3);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Waiting {

		@Producer
		Integer nothing() {
			return null;
		}

		@Consumer(subscribeTo = "nothing", maxDemand = 8)
		void patient(Integer event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Consumer(subscribeTo = "others")
		void failing(Integer event) {
			throw new IllegalStateException("secret " + event);
		}

		/** Goes on, so that the consumer fails too often to be restarted. */
		@Producer
		Integer others() {
			return 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDeadLettersEndpoint {

		@Bean
		GenStageDeadLettersEndpoint mine(DeadLetterDesk desk, StageRegistry registry) {
			return new GenStageDeadLettersEndpoint(desk, registry, List.of(), Show.NEVER, Set.of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEndpoint {

		@Bean
		GenStageEndpoint mine(StageRegistry registry, BoundConfigurationProperties properties) {
			return new GenStageEndpoint(registry, new StagePropertyOrigins(properties), List.of(), Show.NEVER);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMetrics {

		@Bean
		GenStageMetrics mine(StageRegistry registry) {
			return new GenStageMetrics(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		StageRegistry myRegistry(org.springframework.beans.factory.config.ConfigurableListableBeanFactory beanFactory,
				GenStageProperties properties, StageSystem system, ObjectProvider<PipelineListener> listeners) {
			return new StageRegistry(beanFactory, properties, system, listeners);
		}

		@Bean
		PipelineLifecycle myLifecycle(StageRegistry registry, GenStageProperties properties) {
			return new PipelineLifecycle(registry, properties.lifecycle(), null);
		}

	}

}
