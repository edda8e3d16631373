package io.genstage.boot.actuate;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageHealthContributorAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.link.MemoryLinks;
import io.genstage.source.EventQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of links.
 */
class LinkDetailsTests {

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class,
				GenStageHealthContributorAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
				JacksonAutoConfiguration.class))
		.withUserConfiguration(Shop.class)
		.withPropertyValues("management.endpoints.web.exposure.include=genstage", "genstage.links.orders.type=memory",
				"genstage.links.orders.destination=shop.orders", "genstage.links.orders.max-unsettled=2",
				"genstage.stages.keep.auto-startup=false", "genstage.stages.keep.max-demand=10");

	@Test
	void haveTheEndOfEachStageAndItsNumbers() {
		this.runner.run((context) -> {
			MeterRegistry meters = new SimpleMeterRegistry();
			new GenStageMetrics(TestContexts.registry(context)).bindTo(meters);
			List.of(1, 2, 3, 4, 5).forEach(queue(context)::deliver);
			// Those that are read wait for the consumer, which isn't there.
			Awaitility.await()
				.untilAsserted(() -> assertThat(link(context, "orders-from-link")).isEqualTo(
						new LinkDescriptor("orders", "memory", "shop.orders", "receive", 2L, 3L, 0L, 0L, 0L, null)));
			assertThat(link(context, "orders-to-link")).isEqualTo(
					new LinkDescriptor("orders", "memory", "shop.orders", "send", null, null, null, null, null, null));
			assertThat(link(context, "orders-read")).isEqualTo(new LinkDescriptor("orders", "memory", "shop.orders",
					"receive", null, null, null, null, null, null));
			assertThat(link(context, "orders")).isNull();
			assertThat(meters.get("genstage.link.unsettled").tag("link", "orders").gauge().value()).isEqualTo(2);
			assertThat(meters.get("genstage.link.backlog").tag("type", "memory").gauge().value()).isEqualTo(3);
			TestContexts.registry(context).start("keep");
			TestContexts.sink(context).awaitExactly(1, 2, 3, 4, 5);
		});
	}

	@Test
	void countWhatIsRejected() {
		this.runner.withUserConfiguration(Refusing.class)
			.withPropertyValues("genstage.links.orders.max-attempts=1", "genstage.stages.refuse.failure.enabled=true",
					"genstage.stages.refuse.failure.retry.max-retries=0", "genstage.links.orders.max-unsettled=10")
			.run((context) -> {
				MeterRegistry meters = new SimpleMeterRegistry();
				new GenStageMetrics(TestContexts.registry(context)).bindTo(meters);
				// One that is handled shows that the others are at fault.
				List.of(2, 3, 1).forEach(queue(context)::deliver);
				Awaitility.await()
					.untilAsserted(() -> assertThat(
							meters.get("genstage.link.rejected").tag("link", "orders").functionCounter().count())
						.isEqualTo(2));
				assertThat(link(context, "orders-from-link").rejected()).isEqualTo(2);
				assertThat(meters.get("genstage.link.stale").tag("link", "orders").functionCounter().count()).isZero();
				assertThat(meters.get("genstage.link.rejected.kept").tag("link", "orders").gauge().value()).isNaN();
			});
	}

	@Test
	void nameLinksThatAreInterruptedInHealth() {
		this.runner.run((context) -> {
			MemoryLinks links = context.getBean(MemoryLinks.class);
			links.interrupt(new IOException("gone"));
			Awaitility.await()
				.untilAsserted(() -> assertThat(health(context).getDetails()).containsEntry("interruptedLinks",
						Map.of("orders", "memory: shop.orders")));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).extractingByKey("outages")
				.asString()
				.contains("java.io.IOException");
			links.recover();
			Awaitility.await()
				.untilAsserted(() -> assertThat(health(context).getDetails()).doesNotContainKey("interruptedLinks"));
		});
	}

	private static Health health(ApplicationContext context) {
		return Objects.requireNonNull(context.getBean(GenStageHealthIndicator.class).health());
	}

	private static LinkDescriptor link(ApplicationContext context, String stage) {
		return Objects.requireNonNull(context.getBean(GenStageEndpoint.class).stage(stage)).link();
	}

	@SuppressWarnings("unchecked")
	private static EventQueue<Integer> queue(ApplicationContext context) {
		return context.getBean("orders", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		Keeper keeper(Sink sink) {
			return new Keeper(sink);
		}

	}

	/**
	 * The consumer.
	 *
	 * @param sink where events end
	 */
	record Keeper(Sink sink) {

		@Consumer(subscribeTo = "orders")
		void keep(int number) {
			this.sink.add(number);
		}

	}

	/**
	 * Refuses all but one of them.
	 */
	static class Refusing {

		@Consumer(subscribeTo = "orders")
		void refuse(int number) {
			if (number > 1) {
				throw new IllegalStateException("for the test");
			}
		}

	}

}
