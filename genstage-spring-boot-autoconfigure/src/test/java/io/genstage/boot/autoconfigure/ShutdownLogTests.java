package io.genstage.boot.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.NewerJdkOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a process reports while it is being ended.
 */
@NewerJdkOnly
@Timeout(400)
class ShutdownLogTests {

	@TempDir
	private Path directory;

	@Test
	void hasTheFailureOfAHandlerThatIsDrained() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Failing.class, this.directory)) {
			process.awaitOutput("handling");
			process.terminate();
			process.awaitExit();
			assertThat(process.output()).contains("stage 'late' has failed and stops")
				.contains("java.lang.IllegalStateException: too late")
				.contains("at %s.late(".formatted(Failing.class.getName()));
		}
	}

	/**
	 * Fails when it is drained, and the JVM's own log has been closed already.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class Failing {

		public static void main(String[] args) {
			SpringApplication.run(Failing.class, "--spring.main.web-application-type=none",
					"--genstage.defaults.failure.enabled=false");
		}

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a");
		}

		@Consumer(subscribeTo = "letters")
		void late(String letter) {
			System.out.println("handling");
			while (Logger.getLogger("").getHandlers().length > 0) {
				Thread.onSpinWait();
			}
			throw new IllegalStateException("too late");
		}

	}

}
