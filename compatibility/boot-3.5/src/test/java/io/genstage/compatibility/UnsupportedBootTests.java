package io.genstage.compatibility;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application with a version of Spring Boot that is too old.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnsupportedBootTests {

	@Test
	void isToldWhichVersionsWork(CapturedOutput output) {
		assertThat(SpringBootVersion.getVersion()).startsWith("3.5.");
		assertThatException().isThrownBy(() -> SpringApplication.run(Application.class));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("GenStage for Spring works with Spring Boot 4.0 and 4.1, but this application has Spring Boot "
					+ SpringBootVersion.getVersion() + ".")
			.doesNotContain("NoClassDefFoundError")
			.doesNotContain("\tat ");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
