package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
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
@Timeout(120)
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

	private int run(Class<?> application) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), application.getName())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile())
			.start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static void runUntilCompleted(Class<?> application, String pipeline) {
		SpringApplication.run(application,
				Stream.of("genstage.lifecycle.exit-on-completion=" + pipeline, "spring.main.web-application-type=none")
					.map((property) -> "--" + property)
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

}
