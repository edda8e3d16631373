package io.genstage.boot;

import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.genstage.annotation.Producer;
import io.genstage.pipeline.PipelineState;
import kotlin.Unit;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages whose methods are suspend functions of Kotlin.
 */
class SuspendFunctionTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Test
	void areCalledThroughTheirProxies() {
		this.contextRunner.withUserConfiguration(Proxies.class)
			.withBean("stages", SuspendingStages.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(TestContexts.sink(context).events()).contains("numbers", "twice",
						"repeated", "keep")));
	}

	@ParameterizedTest
	@ValueSource(classes = { Object.class, Proxies.class })
	void areStagesOfAllKinds(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.withBean("stages", SuspendingStages.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(SuspendingStages.class).getKept())
					.containsExactly("a2 from repeated", "b2 from repeated", "a4 from repeated", "b4 from repeated")));
	}

	@Test
	void areWaitedForBeforeTheNextEvent() {
		this.contextRunner.withBean(Letters.class).withBean(SuspendedConsumer.class).run((context) -> {
			SuspendedConsumer consumer = context.getBean(SuspendedConsumer.class);
			Awaitility.await().untilAsserted(() -> assertThat(consumer.getBegun()).hasSize(1));
			assertThat(TestContexts.registry(context).stage("wait").orElseThrow().numbers().in()).isZero();
			consumer.getBegun().get(0).complete(Unit.INSTANCE);
			Awaitility.await().untilAsserted(() -> assertThat(consumer.getBegun()).hasSize(2));
			consumer.getBegun().get(1).complete(Unit.INSTANCE);
			TestContexts.awaitState(context, PipelineState.COMPLETED);
		});
	}

	@Test
	void mayBeInFlight() {
		this.contextRunner.withBean(Letters.class)
			.withBean(SuspendedConsumer.class)
			.withPropertyValues("genstage.stages.wait.in-flight=2")
			.run((context) -> {
				SuspendedConsumer consumer = context.getBean(SuspendedConsumer.class);
				Awaitility.await().untilAsserted(() -> assertThat(consumer.getBegun()).hasSize(2));
				consumer.getBegun().forEach((work) -> work.complete(Unit.INSTANCE));
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
	}

	@Test
	void failTheStageWhenTheyThrow() {
		this.contextRunner.withBean(Letters.class)
			.withBean(SuspendedConsumer.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false",
					"genstage.stages.wait.restart.max-restarts=0")
			.run((context) -> {
				SuspendedConsumer consumer = context.getBean(SuspendedConsumer.class);
				Awaitility.await().untilAsserted(() -> assertThat(consumer.getBegun()).hasSize(1));
				consumer.getBegun().get(0).completeExceptionally(new IllegalStateException("broken"));
				TestContexts.awaitState(context, PipelineState.FAILED);
				assertThat(TestContexts.registry(context).stage("wait").orElseThrow().instances()).singleElement()
					.satisfies((instance) -> assertThat(instance.cause())
						.hasToString("failure (java.lang.IllegalStateException: broken)"));
			});
	}

	@Test
	void areCancelledWhenTheApplicationIsNotDrainedInTime() {
		SuspendedConsumer consumer = new SuspendedConsumer();
		this.contextRunner.withBean(Letters.class)
			.withBean(SuspendedConsumer.class, () -> consumer)
			.withPropertyValues("genstage.lifecycle.drain-timeout=1ms")
			.run((context) -> Awaitility.await().untilAsserted(() -> assertThat(consumer.getBegun()).hasSize(1)));
		Awaitility.await().untilAsserted(() -> assertThat(consumer.getCancelled()).isTrue());
	}

	@Test
	void mayHaveATaskForEachEvent() {
		this.contextRunner.withBean(Letters.class)
			.withBean(SuspendedTasks.class)
			.withPropertyValues("genstage.lifecycle.drain-timeout=1ms")
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(SuspendedTasks.class).getBegun())
					.containsExactlyInAnyOrder("a", "b")));
	}

	@Test
	void areCheckedAsOtherMethodsAre() {
		this.contextRunner.withBean(Letters.class)
			.withBean("mistakes", SuspendedMistakes.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("stage 'wrongType' takes int, but 'letters', which it subscribes to, "
						+ "emits java.lang.String")
				.hasMessageContaining("@Consumer method 'SuspendedMistakes.returning(String)' of bean 'mistakes'")
				.hasMessageContaining("method 'String returning(String)' returns java.lang.String, "
						+ "but a consumer emits nothing"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "kotlin-reflect", "kotlinx-coroutines-reactor" })
	void areRefusedWithoutTheJarsToCallThem(String absent) throws Exception {
		try (OwnClassPath classPath = OwnClassPath.without(absent)) {
			assertThat(classPath.call(Refusal.class)).isEqualTo(
					"@Consumer method 'SuspendedConsumer.wait' of bean 'consumer': it is a suspend function, which can't "
							+ "be called: add kotlin-reflect and kotlinx-coroutines-reactor to the class path");
		}
	}

	static class Letters {

		@Producer
		Stream<String> letters() {
			return Stream.of("a", "b");
		}

	}

	/**
	 * Tells why the application didn't start.
	 */
	public static class Refusal implements Callable<String> {

		@Override
		public String call() {
			String[] message = new String[1];
			TestContexts.runner()
				.withBean(Letters.class)
				.withBean("consumer", SuspendedConsumer.class)
				.run((context) -> message[0] = String.valueOf(context.getStartupFailure().getMessage()));
			return message[0];
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("stages");
			creator.setInterceptorNames("advice");
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		MethodInterceptor advice(Sink sink) {
			return (invocation) -> {
				sink.add(invocation.getMethod().getName());
				return invocation.proceed();
			};
		}

	}

}
