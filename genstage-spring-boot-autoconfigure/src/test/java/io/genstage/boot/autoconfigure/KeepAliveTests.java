package io.genstage.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.PipelineState;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How long an application goes on that has nothing but stages.
 */
@Timeout(400)
class KeepAliveTests {

	private static final String KEEPER = "genstage-keep-alive";

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@TempDir
	private Path directory;

	/**
	 * All threads of its stages are daemons, as virtual ones are.
	 */
	@Test
	void itStaysWhileAPipelineWaits() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Waiting.class, this.directory)) {
			process.awaitOutput("main has returned");
			process.send("late");
			process.awaitOutput("handled late");
		}
	}

	@Test
	void itEndsWithItsLastPipeline() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Finite.class, this.directory)) {
			assertThat(process.awaitExit()).isZero();
			assertThat(process.output()).contains("handled a", "handled b");
		}
	}

	@Test
	void aThreadOfNoDaemonKeepsItAlive() {
		this.contextRunner.withUserConfiguration(Queue.class).run((context) -> {
			await().until(KeepAliveTests::isKept);
			TestContexts.registry(context).pause("queue").toCompletableFuture().join();
			assertThat(isKept()).isTrue();
		});
		await().until(() -> !isKept());
	}

	@Test
	void nothingKeepsItWhenItsPipelinesHaveCompleted() {
		this.contextRunner.withUserConfiguration(Letters.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			await().until(() -> !isKept());
		});
	}

	@Test
	void nothingKeepsItUnlessItsPipelinesAreStarted() {
		this.contextRunner.withUserConfiguration(Queue.class)
			.withPropertyValues("genstage.lifecycle.auto-startup=false")
			.run((context) -> assertThat(isKept()).isFalse());
	}

	@Test
	void nothingKeepsItIfThatIsNotWanted() {
		this.contextRunner.withUserConfiguration(Queue.class)
			.withPropertyValues("genstage.lifecycle.keep-alive=false")
			.run((context) -> assertThat(isKept()).isFalse());
	}

	@Test
	void itIsKeptByAPipelineThatIsStartedAgain() {
		this.contextRunner.withUserConfiguration(Queue.class).run((context) -> {
			context.getSourceApplicationContext().stop();
			await().until(() -> !isKept());
			context.getSourceApplicationContext().start();
			await().until(KeepAliveTests::isKept);
		});
	}

	private static boolean isKept() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals(KEEPER) && !thread.isDaemon());
	}

	private static void run(Class<?> application) {
		SpringApplication.run(application, "--spring.main.web-application-type=none");
		System.out.println("main has returned");
	}

	/**
	 * Runs stages on daemons.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class OnDaemons {

		@Bean
		ExecutorService genstageTaskExecutor() {
			return Executors.newCachedThreadPool((task) -> {
				Thread thread = new Thread(task);
				thread.setDaemon(true);
				return thread;
			});
		}

	}

	/**
	 * Gets its only event when nothing else is left to do but to wait.
	 */
	static class Waiting extends OnDaemons {

		public static void main(String[] args) {
			KeepAliveTests.run(Waiting.class);
		}

		@Bean
		@Producer
		EventQueue<String> queue() {
			EventQueue<String> queue = new EventQueue<>(1);
			Thread late = new Thread(() -> queue.offer(new Scanner(System.in, StandardCharsets.UTF_8).nextLine()));
			late.setDaemon(true);
			late.start();
			return queue;
		}

		@Consumer(subscribeTo = "queue")
		void handle(String event) {
			System.out.println("handled " + event);
		}

	}

	/**
	 * Has little to do.
	 */
	static class Finite extends OnDaemons {

		public static void main(String[] args) {
			KeepAliveTests.run(Finite.class);
		}

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b");
		}

		@Consumer(subscribeTo = "letters")
		void handle(String event) {
			System.out.println("handled " + event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Queue {

		@Bean
		@Producer
		EventQueue<String> queue() {
			return new EventQueue<>(1);
		}

		@Consumer(subscribeTo = "queue")
		void handle(String event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b");
		}

		@Consumer(subscribeTo = "letters")
		void handle(String event) {
		}

	}

}
