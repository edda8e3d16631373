package io.genstage.boot.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.TaskPerEvent;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A handler that ends the JVM, which waits for the drain of the handler's own pipeline.
 */
@Timeout(400)
class ExitInHandlerTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(classes = { InConsumer.class, InProducerConsumer.class, InTask.class })
	void doesNotWaitForItself(Class<?> application) throws Exception {
		// The drain has more time than the test.
		try (ApplicationProcess process = ApplicationProcess.start(application, this.directory)) {
			assertThat(process.awaitExit()).isEqualTo(3);
			assertThat(process.output()).contains("pipeline 'numbers' has not been drained")
				.contains("stage 'ending' was still running")
				.doesNotContain("stage 'other' was still running", "stage 'numbers' was still running");
		}
	}

	private static void run(Class<?> application) {
		SpringApplication.run(application, "--spring.main.web-application-type=none",
				"--genstage.lifecycle.drain-timeout=10m", "--spring.lifecycle.timeout-per-shutdown-phase=11m",
				"--genstage.stages.numbers.dispatcher=broadcast");
	}

	/**
	 * A hundred numbers, and a consumer that finishes what it has.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageAutoConfiguration.class, LifecycleAutoConfiguration.class })
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return IntStream.range(0, 100).boxed().toList();
		}

		@Consumer(subscribeTo = "numbers", maxDemand = 4)
		void other(int number) {
		}

	}

	static class InConsumer extends Numbers {

		public static void main(String[] args) {
			run(InConsumer.class);
		}

		@Consumer(subscribeTo = "numbers", maxDemand = 4)
		void ending(int number) {
			if (number == 10) {
				System.exit(3);
			}
		}

	}

	static class InProducerConsumer extends Numbers {

		public static void main(String[] args) {
			run(InProducerConsumer.class);
		}

		@ProducerConsumer(subscribeTo = "numbers", maxDemand = 4)
		int ending(int number) {
			if (number == 10) {
				System.exit(3);
			}
			return number;
		}

		@Consumer(subscribeTo = "ending")
		void behind(int number) {
		}

	}

	static class InTask extends Numbers {

		public static void main(String[] args) {
			run(InTask.class);
		}

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void ending(int number) {
			if (number == 10) {
				System.exit(3);
			}
		}

	}

}
