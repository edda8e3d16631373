package io.genstage.boot;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.Sources;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The registry in the hands of beans that are still created, and of threads that they
 * wait for: nobody waits for a lock of the registry while code of the user's runs.
 */
class EarlyRegistryTests {

	private static final String REFUSED = ": use the registry from when all singletons exist, as in an "
			+ "ApplicationRunner or a SmartInitializingSingleton, and not in a constructor or when a bean is initialized";

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Numbers.class);

	@Nested
	class WhileABeanIsInitialized {

		@ParameterizedTest
		@ValueSource(classes = { Asking.class, Registering.class, AskingOther.class })
		void isRefused(Class<?> bean) {
			EarlyRegistryTests.this.contextRunner.withBean("early", bean)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(IllegalStateException.class)
					.hasMessage("the stages can't be assembled yet, since bean 'early' isn't ready" + REFUSED));
		}

		@Test
		void isRefusedToAnotherThreadThatItWaitsFor() {
			EarlyRegistryTests.this.contextRunner.withBean("early", AskingByAnotherThread.class).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(AskingByAnotherThread.class).failure)
					.hasMessage("the stages can't be assembled yet, since bean 'early' isn't ready" + REFUSED);
				TestContexts.sink(context).awaitExactly(1, 2);
			});
		}

		@Test
		void isRefusedIfTheBeanIsCreatedForItsStage() {
			lazily().withBean("early", Asking.class)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(IllegalStateException.class)
					.hasMessage("the stages are being assembled at this moment by thread '%s'%s"
						.formatted(Thread.currentThread().getName(), REFUSED)));
		}

		@Test
		void isRefusedToAnotherThreadThatItWaitsForIfTheBeanIsCreatedForItsStage() {
			String thread = Thread.currentThread().getName();
			lazily().withBean("early", AskingByAnotherThread.class).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(AskingByAnotherThread.class).failure).hasMessage(
						"the stages are being assembled at this moment by thread '%s'%s".formatted(thread, REFUSED));
				TestContexts.sink(context).awaitExactly(1, 2);
			});
		}

		@Test
		void isRefusedToAnotherThreadThatALateListenerWaitsFor() {
			lazily().withUserConfiguration(LateListener.class).withBean(Keeper.class).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(LateListener.class).failure.get()).isInstanceOf(IllegalStateException.class);
				TestContexts.sink(context).awaitExactly(1, 2);
			});
		}

		private ApplicationContextRunner lazily() {
			return EarlyRegistryTests.this.contextRunner.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
		}

	}

	@Nested
	class WhenAllSingletonsExist {

		@Test
		void mayBeUsedBeforeItHasAssembledTheStages() {
			EarlyRegistryTests.this.contextRunner.withBean(Keeper.class).withBean(First.class).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(First.class).stages).containsExactly("numbers", "keep");
			});
		}

	}

	@Nested
	class WhileAStageStarts {

		@Test
		void takesInWhatAnotherThreadRegistersThatTheStageWaitsFor() {
			EarlyRegistryTests.this.contextRunner.withBean(Keeper.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				ConsumerStage<Integer> waiting = starting(() -> inAnotherThread(
						() -> registry.register(StageDefinition.of("inner", silent()).subscribeTo("numbers"))));
				registry.register(StageDefinition.of("outer", waiting).subscribeTo("numbers"))
					.toCompletableFuture()
					.get(30, TimeUnit.SECONDS);
				assertThat(registry.definitions()).extracting(StageDefinition::name).contains("outer", "inner");
			});
		}

		@Test
		void takesInAnotherPipelineThatAnotherThreadRegisters() {
			EarlyRegistryTests.this.contextRunner.withBean(Keeper.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				ConsumerStage<Integer> waiting = starting(() -> inAnotherThread(
						() -> registry.register(StageDefinition.of("zeros", Sources.iterable(List.of(0))),
								StageDefinition.of("inner", silent()).subscribeTo("zeros"))));
				registry
					.register(StageDefinition.of("ones", Sources.iterable(List.of(1))),
							StageDefinition.of("outer", waiting).subscribeTo("ones"))
					.toCompletableFuture()
					.get(30, TimeUnit.SECONDS);
				assertThat(registry.pipelines()).hasSize(3);
			});
		}

		@Test
		void refusesAnotherStageOfItsName() {
			EarlyRegistryTests.this.contextRunner.withBean(Keeper.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				CountDownLatch starts = new CountDownLatch(1);
				CountDownLatch mayStart = new CountDownLatch(1);
				ConsumerStage<Integer> waiting = starting(() -> {
					starts.countDown();
					assertThat(mayStart.await(30, TimeUnit.SECONDS)).isTrue();
				});
				CompletableFuture<Void> registered = CompletableFuture
					.supplyAsync(() -> registry.register(StageDefinition.of("audit", waiting).subscribeTo("numbers")))
					.thenCompose((connected) -> connected);
				assertThat(starts.await(30, TimeUnit.SECONDS)).isTrue();
				assertThatIllegalArgumentException()
					.isThrownBy(() -> registry.register(StageDefinition.of("audit", silent()).subscribeTo("numbers")))
					.withMessage(
							"stage 'audit' can't be registered: another thread registers a stage of this name just now");
				mayStart.countDown();
				registered.get(30, TimeUnit.SECONDS);
				assertThat(registry.definitions()).extracting(StageDefinition::name).containsOnlyOnce("audit");
			});
		}

	}

	@Nested
	class WhileMetersAreRegistered {

		@Test
		void bindsThemElsewhereForAThreadThatIsWaitedFor() {
			EarlyRegistryTests.this.contextRunner.withBean(Keeper.class).run((context) -> {
				SimpleMeterRegistry other = new SimpleMeterRegistry();
				try (GenStageMetrics metrics = new GenStageMetrics(TestContexts.registry(context))) {
					SimpleMeterRegistry asking = new SimpleMeterRegistry();
					asking.config().onMeterAdded((meter) -> inAnotherThread(() -> {
						metrics.bindTo(other);
						return meter;
					}));
					metrics.bindTo(asking);
					assertThat(names(other)).isEqualTo(names(asking)).isNotEmpty();
				}
				assertThat(other.getMeters()).isEmpty();
			});
		}

		private static List<Meter.Id> names(SimpleMeterRegistry registry) {
			return registry.getMeters()
				.stream()
				.map(Meter::getId)
				.sorted((one, two) -> one.toString().compareTo(two.toString()))
				.toList();
		}

	}

	/** Does something in another thread and waits for it. */
	private static <T> T inAnotherThread(Supplier<T> action) {
		CompletableFuture<T> done = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				done.complete(action.get());
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
			}
		}, "waited-for");
		thread.setDaemon(true);
		thread.start();
		try {
			return done.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException((ex.getCause() != null) ? ex.getCause().getMessage() : "it hangs", ex);
		}
	}

	private static ConsumerStage<Integer> silent() {
		return (events, from) -> {
		};
	}

	private static ConsumerStage<Integer> starting(Starting starting) {
		return new ConsumerStage<>() {

			@Override
			public void onStart(StageContext context) throws Exception {
				starting.run();
			}

			@Override
			public void handleEvents(List<Integer> events, Subscription from) {
			}

		};
	}

	interface Starting {

		void run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2);
		}

	}

	static class Keeper {

		private final Sink sink;

		Keeper(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			this.sink.add(number);
		}

	}

	static class Asking extends Keeper implements InitializingBean {

		private final StageRegistry registry;

		Asking(Sink sink, StageRegistry registry) {
			super(sink);
			this.registry = registry;
		}

		@Override
		public void afterPropertiesSet() {
			this.registry.definitions();
		}

	}

	static class Registering extends Keeper implements InitializingBean {

		private final StageRegistry registry;

		Registering(Sink sink, StageRegistry registry) {
			super(sink);
			this.registry = registry;
		}

		@Override
		public void afterPropertiesSet() {
			this.registry.register(StageDefinition.of("audit", silent()).subscribeTo("numbers"));
		}

	}

	/** Is no stage itself. */
	static class AskingOther {

		AskingOther(StageRegistry registry) {
			registry.pipelines();
		}

	}

	static class AskingByAnotherThread extends Keeper implements InitializingBean {

		private final StageRegistry registry;

		private Exception failure = new Exception("none");

		AskingByAnotherThread(Sink sink, StageRegistry registry) {
			super(sink);
			this.registry = registry;
		}

		@Override
		public void afterPropertiesSet() {
			try {
				inAnotherThread(this.registry::definitions);
			}
			catch (IllegalStateException ex) {
				this.failure = ex;
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateListener {

		private final AtomicReference<Exception> failure = new AtomicReference<>();

		@Bean
		PipelineListener late(StageRegistry registry) {
			try {
				inAnotherThread(registry::definitions);
			}
			catch (IllegalStateException ex) {
				this.failure.set((Exception) Objects.requireNonNull(ex.getCause()).getCause());
			}
			return new PipelineListener() {
			};
		}

	}

	/** Is called before the registry, since its bean is defined before. */
	static class First implements SmartInitializingSingleton {

		private final StageRegistry registry;

		private List<String> stages = List.of();

		First(StageRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.stages = this.registry.definitions().stream().map(StageDefinition::name).toList();
		}

	}

}
