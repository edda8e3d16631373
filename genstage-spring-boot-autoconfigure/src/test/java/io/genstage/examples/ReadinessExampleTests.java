package io.genstage.examples;

import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageHealthContributorAutoConfiguration;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose readiness depends on its pipelines, and whose liveness doesn't.
 */
class ReadinessExampleTests {

	private final ApplicationContextRunner runner = Examples.runnerWith("readiness.yaml", Orders.class)
		.withConfiguration(AutoConfigurations.of(GenStageHealthContributorAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
				HealthEndpointAutoConfiguration.class, AvailabilityHealthContributorAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class))
		.withBean(ApplicationAvailability.class, ApplicationAvailabilityBean::new);

	private static void isReady(AssertableApplicationContext context) {
		AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
	}

	private static HealthDescriptor health(AssertableApplicationContext context, String group) {
		HealthDescriptor health = context.getBean(HealthEndpoint.class).healthForPath(group);
		assertThat(health).isNotNull();
		return health;
	}

	@Test
	void getsNoRequestsWhileAStageHoldsTooMuch() {
		this.runner.run((context) -> {
			isReady(context);
			EventQueue<Integer> orders = context.getBean(Orders.class).orders;
			IntStream.range(0, 4999).forEach(orders::offer);
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
			orders.offer(4999);
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void getsNoRequestsWhenAStageHasFailed() {
		this.runner
			.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.max-restarts=0",
					"genstage.stages.keep.auto-startup=true")
			.run((context) -> {
				isReady(context);
				context.getBean(Orders.class).orders.offer(1);
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(TestContexts.registry(context).state("keep")).contains(StageState.FAILED));
				assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.DOWN);
				assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void isAliveWhateverItsPipelinesDo() {
		this.runner.run((context) -> {
			assertThat(components(health(context, "liveness"))).containsExactly("livenessState");
			assertThat(components(health(context, "readiness"))).containsExactlyInAnyOrder("readinessState",
					"genstage");
		});
	}

	private static Iterable<String> components(HealthDescriptor health) {
		return ((CompositeHealthDescriptor) health).getComponents().keySet();
	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<Integer> orders = new EventQueue<>(6000);

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders", autoStartup = "false")
		void keep(Integer order) {
			throw new IllegalStateException("for the example");
		}

	}

}
