package io.genstage.boot.autoconfigure;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.StageChange;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskDecorator;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By which class loader the handlers of an application find its classes, also when it is
 * started again with another one, as DevTools do it.
 */
class StageClassLoaderTests {

	private static final ClassLoader STRANGER = new URLClassLoader("stranger", new URL[0], null);

	/** Outlives the contexts, with threads that somebody else made. */
	private static final ThreadPoolExecutor OWN = new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES,
			new LinkedBlockingQueue<>());

	@AfterAll
	static void close() {
		OWN.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	void isThatOfTheContextThatRunsTheStage(String virtualThreads) {
		ApplicationContextRunner runner = TestContexts.runner()
			.withUserConfiguration(Finding.class)
			.withPropertyValues("spring.threads.virtual.enabled=" + virtualThreads);
		for (int start = 0; start < 3; start++) {
			ClassLoader application = new URLClassLoader("application " + start, new URL[0],
					getClass().getClassLoader());
			runner.withClassLoader(application).run((context) -> {
				wakeAsAStranger(context);
				Map<String, Set<ClassLoader>> found = context.getBean(Finding.class).found;
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(found).containsOnlyKeys("produce", "handle", "own", "decorate", "listen"));
				assertThat(found.values()).allSatisfy((loaders) -> assertThat(loaders).containsOnly(application));
			});
		}
	}

	private static void wakeAsAStranger(ApplicationContext context) {
		ClassLoader before = ClassUtils.overrideThreadContextClassLoader(STRANGER);
		try {
			OWN.prestartAllCoreThreads();
			letters(context).offer("a");
			context.getBean(StageRegistry.class).restart("handle").toCompletableFuture().join();
			letters(context).offer("b");
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	@SuppressWarnings("unchecked") // the only queue is one of strings
	private static EventQueue<String> letters(ApplicationContext context) {
		return context.getBean("letters", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Finding {

		private final Map<String, Set<ClassLoader>> found = new ConcurrentHashMap<>();

		private void find(String place) {
			this.found.computeIfAbsent(place, (first) -> ConcurrentHashMap.newKeySet())
				.add(Thread.currentThread().getContextClassLoader());
		}

		@Bean
		@Producer(dispatcher = "broadcast")
		EventQueue<String> letters() {
			return new EventQueue<>(10);
		}

		@Producer
		List<String> more(long demand) {
			find("produce");
			return List.of("c");
		}

		@Consumer(subscribeTo = { "letters", "more" }, maxDemand = 1)
		void handle(String letter) {
			find("handle");
		}

		@Consumer(subscribeTo = "letters", executor = "ownExecutor")
		void own(String letter) {
			find("own");
		}

		@Bean(defaultCandidate = false, destroyMethod = "")
		Executor ownExecutor() {
			return OWN;
		}

		@Bean
		TaskDecorator decorator() {
			return (task) -> () -> {
				find("decorate");
				task.run();
			};
		}

		@EventListener
		void listen(StageChange change) {
			find("listen");
		}

	}

}
