package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.NewerJdkOnly;
import io.genstage.boot.Unrestartable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a process tells of a pipeline that it was started for.
 */
@NewerJdkOnly
@Timeout(400)
class ExitStatusTests {

	@TempDir
	private Path directory;

	@Test
	void isZeroWhenThePipelineHasCompleted() throws Exception {
		assertThat(run(Printing.class)).isZero();
	}

	@Test
	void isOneWhenThePipelineHasFailedIfTheApplicationWantsIt() throws Exception {
		assertThat(run(Failing.class)).isEqualTo(1);
	}

	@Test
	void isOneWhenEventsWereLostThatMustNotBe() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Losing.class, this.directory)) {
			assertThat(process.awaitExit()).isEqualTo(1);
			assertThat(process.output())
				.contains("pipeline 'lines' has completed after ", ": 5 events read, 4 handled, 1 discarded (parse: 1)")
				.contains("The application ends with exit code 1: pipeline 'lines' has discarded 1 events, "
						+ "and genstage.lifecycle.max-discarded is 0");
		}
	}

	@Test
	void isZeroWhenNoMoreEventsWereLostThanMayBe() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Losing.class, this.directory,
				"--genstage.lifecycle.max-discarded=1")) {
			assertThat(process.awaitExit()).isZero();
			assertThat(process.output()).contains(": 5 events read, 4 handled, 1 discarded (parse: 1)");
		}
	}

	private int run(Class<?> application) throws IOException, InterruptedException {
		try (ApplicationProcess process = ApplicationProcess.start(application, this.directory)) {
			return process.awaitExit();
		}
	}

	private static void runUntilCompleted(Class<?> application, String pipeline, String... arguments) {
		SpringApplication
			.run(application,
					Stream.concat(Stream.of("--genstage.lifecycle.exit-on-completion=" + pipeline,
							"--spring.main.web-application-type=none", "--genstage.defaults.failure.enabled=false"),
							Stream.of(arguments))
						.toArray(String[]::new));
	}

	/**
	 * Completes.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class Printing {

		public static void main(String[] args) {
			runUntilCompleted(Printing.class, "letters");
		}

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b", "c");
		}

		@Bean
		@Consumer(subscribeTo = "letters")
		java.util.function.Consumer<String> print() {
			return System.out::println;
		}

	}

	/**
	 * Fails, and has its exit code as status.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class Failing {

		public static void main(String[] args) {
			runUntilCompleted(Failing.class, "zeros");
		}

		@EventListener
		void onExit(ExitCodeEvent event) {
			System.exit(event.getExitCode());
		}

		@Bean
		@Producer
		List<Integer> zeros() {
			return List.of(0);
		}

		@Bean
		@Consumer(subscribeTo = "zeros")
		Unrestartable broken() {
			return new Unrestartable();
		}

	}

	/**
	 * Has a line that can't be handled, and its exit code as status.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class Losing {

		public static void main(String[] args) {
			runUntilCompleted(Losing.class, "lines", args);
		}

		@EventListener
		void onExit(ExitCodeEvent event) {
			System.exit(event.getExitCode());
		}

		@Bean
		@Producer
		List<String> lines() {
			return List.of("1", "2", "3", "4", "five");
		}

		@Consumer(subscribeTo = "lines", maxDemand = 1)
		void parse(String line) {
			Integer.parseInt(line);
		}

	}

}
