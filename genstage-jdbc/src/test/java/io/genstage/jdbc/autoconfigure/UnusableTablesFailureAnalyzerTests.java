package io.genstage.jdbc.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What somebody reads whose database has no tables yet.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnusableTablesFailureAnalyzerTests {

	@Test
	void namesEachTableWithItsScriptAndItsProperty(CapturedOutput output) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("genstage.dead-letters.store=jdbc", "genstage.dead-letters.jdbc.initialize-schema=never",
					"spring.datasource.generate-unique-name=true");
		assertThatException().isThrownBy(application::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Dead letters can't be kept in the database:")
			.contains("  - table genstage_dead_letter is not there")
			.contains("  - table genstage_dead_letter_count is not there")
			.contains("run the script classpath:io/genstage/jdbc/dead-letters-h2.sql, "
					+ "or let genstage.dead-letters.jdbc.initialize-schema be 'always'")
			.contains("Do what each line says: run its statement or script, set its property, or grant the rights.");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
