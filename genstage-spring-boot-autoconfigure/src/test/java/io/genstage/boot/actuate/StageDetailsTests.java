package io.genstage.boot.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import io.genstage.boot.actuate.PipelineViews.StageNumbers;
import io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the endpoint shows of one stage while its handler hangs.
 */
class StageDetailsTests {

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class))
		.withUserConfiguration(Shop.class)
		.withPropertyValues("management.endpoints.web.exposure.include=genstage",
				"management.endpoints.jmx.exposure.include=genstage");

	@Test
	void hasTheStackOfAHandlerThatHangsAndWhatIsUnsettledAboveIt() {
		this.runner.run((context) -> {
			CompletableFuture<Outcome> outcome = queue(context).deliver(1).toCompletableFuture();
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(stage(context, "pack").overdue()).singleElement().satisfies((overdue) -> {
							assertThat(overdue.what()).startsWith("a call of its handler has not returned for PT");
							assertThat(overdue.stack()).hasSizeLessThanOrEqualTo(20)
								.anyMatch((frame) -> frame.contains("StageDetailsTests$Shop.pack"));
						}));
			assertThat(stage(context, "orders").unsettled()).isOne();
			assertThat(numbers(context, "orders").unsettled()).isOne();
			context.getBean(Shop.class).packed.countDown();
			assertThat(outcome.join()).isEqualTo(Outcome.ACCEPTED);
			Awaitility.await().untilAsserted(() -> {
				assertThat(stage(context, "pack").overdue()).isEmpty();
				assertThat(stage(context, "orders").unsettled()).isZero();
				assertThat(numbers(context, "orders").unsettled()).isNull();
			});
		});
	}

	@Test
	void hasTheNumberOfWhatWasSaidTooLate() {
		this.runner.run((context) -> {
			context.getBean(Shop.class).packed.countDown();
			queue(context).deliver(1).toCompletableFuture().join();
			Awaitility.await().untilAsserted(() -> assertThat(stage(context, "pack").late()).isOne());
			assertThat(numbers(context, "pack").late()).isOne();
			assertThat(stage(context, "orders").late()).isZero();
		});
	}

	@Test
	void areNotShownWhereAllPipelinesAre() {
		this.runner.run((context) -> assertThat(context.getBean(GenStageEndpoint.class).pipelines().pipelines())
			.flatExtracting(GenStageEndpoint.PipelineDescriptor::stages)
			.hasSize(2)
			.allSatisfy((stage) -> {
				assertThat(stage.overdue()).isNull();
				assertThat(stage.unsettled()).isNull();
				assertThat(stage.late()).isNull();
			}));
	}

	@SuppressWarnings("unchecked")
	private static EventQueue<Integer> queue(ApplicationContext context) {
		return context.getBean(EventQueue.class);
	}

	private static StageDescriptor stage(ApplicationContext context, String stage) {
		return Objects.requireNonNull(context.getBean(GenStageEndpoint.class).stage(stage));
	}

	private static StageNumbers numbers(ApplicationContext context, String stage) {
		StageRegistry registry = TestContexts.registry(context);
		return new PipelineViews(registry, registry::stage, null, InstantSource.fixed(Instant.EPOCH))
			.numbers(10, null, false)
			.pipelines()
			.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.filter((one) -> one.name().equals(stage))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		final CountDownLatch packed = new CountDownLatch(1);

		@Bean
		@Producer
		EventQueue<Integer> orders() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "orders", handleWithin = "8ms")
		void pack(Integer order, Acknowledgement acknowledgement) throws InterruptedException {
			this.packed.await();
			acknowledgement.accept();
			acknowledgement.accept();
		}

	}

}
