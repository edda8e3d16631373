package io.genstage.boot;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Beans that are a stage as a whole, and the instances that would share them.
 */
class SharedBeanTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@ParameterizedTest
	@CsvSource({ "keepers, Keeper", "proxied, Keeper" })
	void areRefusedForSeveralInstancesByAProperty(String stage, String type) {
		this.contextRunner.withUserConfiguration(Alone.class)
			.withPropertyValues("genstage.stages." + stage + ".concurrency=3")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						("@Consumer bean '%s': there can't be 3 instances, since they would share one %s, "
								+ "which keeps what belongs to one run: let its scope be prototype")
							.formatted(stage, type)));
	}

	@Test
	void areRefusedForSeveralInstancesByTheirAnnotation() {
		this.contextRunner.withUserConfiguration(Annotated.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("@Consumer bean 'keepers': there can't be 2 instances")
				.hasMessageContaining("@Producer bean 'queue': there can't be 2 instances, since "
						+ "an EventQueue is one queue, which only one of them could serve: set the concurrency to 1"));
	}

	@Test
	void areRefusedIfTheyAreAQueueWhateverItsScope() {
		this.contextRunner.withUserConfiguration(Alone.class)
			.withPropertyValues("genstage.stages.queues.concurrency=2")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"@Producer bean 'queues': there can't be 2 instances, since an EventQueue is one queue"));
	}

	@Test
	void areRefusedWhileTheApplicationRuns() {
		this.contextRunner.withUserConfiguration(Alone.class).run((context) -> {
			for (String stage : List.of("keepers", "proxied", "queue", "queues")) {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> TestContexts.registry(context).concurrency(stage, 2))
					.withMessageStartingWith("stage '%s': there can't be 2 instances, since ", stage);
				TestContexts.registry(context).concurrency(stage, 1);
			}
			TestContexts.awaitState(context, PipelineState.RUNNING);
			assertThat(TestContexts.registry(context).pipelines())
				.allSatisfy((pipeline) -> assertThat(pipeline.state()).isEqualTo(PipelineState.RUNNING));
		});
	}

	@Test
	void mayHaveSeveralInstancesIfTheyArePrototypesOrKeepNothing() {
		this.contextRunner.withUserConfiguration(Alone.class)
			.withPropertyValues("genstage.stages.prototypes.concurrency=3", "genstage.stages.lambda.concurrency=3")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				TestContexts.registry(context).concurrency("prototypes", 5).toCompletableFuture().join();
				TestContexts.registry(context).concurrency("lambda", 5).toCompletableFuture().join();
				assertThat(TestContexts.registry(context).stage("prototypes").orElseThrow().instances()).hasSize(5);
			});
	}

	@Test
	void mayBeRestarted() {
		this.contextRunner.withUserConfiguration(Alone.class).run((context) -> {
			for (String stage : List.of("keepers", "queue")) {
				TestContexts.registry(context).restart(stage).toCompletableFuture().join();
			}
			TestContexts.awaitState(context, PipelineState.RUNNING);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Alone {

		@Bean
		@Producer
		EventQueue<Integer> queue() {
			return new EventQueue<>(100);
		}

		@Bean
		@Producer
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		EventQueue<Integer> queues() {
			return new EventQueue<>(100);
		}

		@Bean
		@Consumer(subscribeTo = { "queue", "queues" })
		Keeper keepers() {
			return new Keeper();
		}

		@Bean
		@Consumer(subscribeTo = "queue")
		Keeper proxied() {
			ProxyFactory proxies = new ProxyFactory(new Keeper());
			proxies.setProxyTargetClass(true);
			return (Keeper) proxies.getProxy();
		}

		@Bean
		@Consumer(subscribeTo = "queue")
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Keeper prototypes() {
			return new Keeper();
		}

		@Bean
		@Consumer(subscribeTo = "queue")
		ConsumerStage<Integer> lambda() {
			return (events, from) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Annotated {

		@Bean
		@Producer(concurrency = 2)
		EventQueue<Integer> queue() {
			return new EventQueue<>(100);
		}

		@Bean
		@Consumer(subscribeTo = "queue", concurrency = 2)
		Keeper keepers() {
			return new Keeper();
		}

	}

	/**
	 * A consumer that keeps its context.
	 */
	static class Keeper implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			if (events.contains(-1)) {
				this.context.complete();
			}
		}

	}

}
