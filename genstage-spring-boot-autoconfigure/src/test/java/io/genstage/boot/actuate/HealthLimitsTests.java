package io.genstage.boot.actuate;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageWiringException;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageHealthContributorAutoConfiguration;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From when on health finds an application out of service.
 */
class HealthLimitsTests {

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageHealthContributorAutoConfiguration.class))
		.withUserConfiguration(Orders.class);

	private static Health health(AssertableApplicationContext context) {
		Health health = context.getBean(GenStageHealthIndicator.class).health();
		assertThat(health).isNotNull();
		return health;
	}

	private static void offer(AssertableApplicationContext context, int events) {
		EventQueue<Integer> orders = context.getBean(Orders.class).orders;
		IntStream.range(0, events).forEach((event) -> assertThat(orders.offer(event)).isTrue());
	}

	@Test
	void isOutOfServiceAsLongAsAStageHoldsTooMuch() {
		this.runner.withUserConfiguration(Later.class)
			.withPropertyValues("genstage.health.saturated-at=10")
			.run((context) -> {
				offer(context, 9);
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				offer(context, 1);
				assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health(context).getDetails()).containsEntry("saturated", Map.of("orders", 10L));
				TestContexts.registry(context).start("keep");
				Awaitility.await().untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
				assertThat(health(context).getDetails()).doesNotContainKey("saturated");
			});
	}

	@Test
	void isOutOfServiceWhenAStageLosesTooMuch() {
		this.runner.withUserConfiguration(Losing.class)
			.withPropertyValues("genstage.health.discarding-at=10")
			.run((context) -> {
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				offer(context, 9);
				awaitDiscarded(context, 9);
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				offer(context, 1);
				awaitDiscarded(context, 10);
				assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health(context).getDetails()).containsEntry("discarding", Map.of("keep", 10L));
			});
	}

	private static void awaitDiscarded(AssertableApplicationContext context, long events) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(TestContexts.registry(context).counts("keep"))
				.hasValueSatisfying((counts) -> assertThat(counts.discarded()).isEqualTo(events)));
	}

	@Test
	void isUpWhateverStagesHoldAndLoseWithoutALimit() {
		this.runner.withUserConfiguration(Losing.class).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			offer(context, 50);
			awaitDiscarded(context, 50);
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).containsOnlyKeys("pipelines");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "genstage.health.saturated-at", "genstage.health.discarding-at" })
	void refusesALimitThatIsAlwaysReached(String property) {
		this.runner.withUserConfiguration(Later.class)
			.withPropertyValues(property + "=0")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(StageWiringException.class)
				.hasMessageContaining(property)
				.hasMessageContaining("must be 1 or more, but is 0"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<Integer> orders = new EventQueue<>(100);

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return this.orders;
		}

	}

	static class Later {

		@Consumer(subscribeTo = "orders", autoStartup = "false")
		void keep(Integer order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Losing {

		@Bean
		@Consumer(subscribeTo = "orders")
		ConsumerStage<Integer> keep() {
			return new LosingStage();
		}

	}

	private static final class LosingStage implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.context.discard(from, events, "for the test", null);
		}

	}

}
