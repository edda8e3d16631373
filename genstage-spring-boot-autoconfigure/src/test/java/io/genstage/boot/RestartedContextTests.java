package io.genstage.boot;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is started over and over in one JVM, as a server does it: each time
 * all its classes are loaded anew. A meter that is left behind is found by the
 * application itself. (With DevTools, where libraries stay, Spring's caches hold a loader
 * softly, until memory is short.)
 */
class RestartedContextTests {

	/**
	 * Each application must be unloaded, so that many of them show no more than a few.
	 */
	private static final int ROUNDS = 8;

	@Test
	void leavesNoThreadMeterOrClassLoader() throws Exception {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			loaders.add(run());
		}
		// Once more, since the JDK keeps the type whose records were last compared.
		run();
		await().untilAsserted(() -> assertThat(threadsSince(before)).isEmpty());
		await().untilAsserted(() -> {
			System.gc();
			assertThat(loaders).allMatch((loader) -> loader.refersTo(null));
		});
	}

	/** Runs on a thread of its own, since a thread may keep what its variables were. */
	private static WeakReference<ClassLoader> run() throws Exception {
		try (OwnClassPath classPath = OwnClassPath.without()) {
			FutureTask<List<Object>> run = new FutureTask<>(() -> classPath.call(Shop.class));
			new Thread(run, "main of a shop").start();
			assertThat(run.get()).containsExactly(1, 3, 1, 3);
			return new WeakReference<>(classPath);
		}
	}

	/** Waits without a thread, which would be counted. */
	private static ConditionFactory await() {
		return Awaitility.await().pollInSameThread();
	}

	private static Set<String> threadsSince(Set<Thread> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !before.contains(thread))
			.map(Thread::getName)
			.collect(Collectors.toSet());
	}

	/**
	 * Runs a pipeline, stops and starts the context, runs it again, and closes the
	 * context. A stage fails meanwhile, and is restarted.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageAutoConfiguration.class, GenStageMetricsAutoConfiguration.class })
	public static class Shop implements Callable<List<Object>> {

		@Override
		public List<Object> call() {
			MeterRegistry meters = new SimpleMeterRegistry();
			try (var context = new AnnotationConfigApplicationContext()) {
				TestPropertyValues
					.of("genstage.defaults.failure.enabled=false", "genstage.defaults.restart.first-delay=1ms")
					.applyTo(context);
				context.registerBean("meters", MeterRegistry.class, () -> meters);
				context.register(Shop.class);
				context.refresh();
				context.getBean(GenStageMetrics.class).bindTo(meters);
				assertThat(meters.getMeters()).extracting((meter) -> meter.getId().getName())
					.contains("genstage.events.in");
				TestContexts.sink(context).awaitExactly(1, 3);
				context.stop();
				context.start();
				TestContexts.sink(context).awaitExactly(1, 3, 1, 3);
				return TestContexts.sink(context).events();
			}
			finally {
				assertThat(meters.getMeters()).extracting((meter) -> meter.getId().getName())
					.noneMatch((name) -> name.startsWith("genstage"));
			}
		}

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		@Producer
		List<Integer> numbers() {
			return IntStream.rangeClosed(1, 300).boxed().toList();
		}

		/** Is called so often that the JDK makes a class for the call. */
		@ProducerConsumer(subscribeTo = "numbers")
		Integer few(int number) {
			return (number <= 3) ? number : null;
		}

		@Bean
		@Consumer(subscribeTo = "few", maxDemand = 1)
		java.util.function.Consumer<Integer> odd(Sink sink) {
			return (number) -> {
				if (number % 2 == 0) {
					throw new IllegalArgumentException("%d is even".formatted(number));
				}
				sink.add(number);
			};
		}

	}

}
