package io.genstage.jdbc.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is logged of a database that would not outlast the drain of pipelines.
 */
@ExtendWith(OutputCaptureExtension.class)
class GenStageJdbcH2AutoConfigurationTests {

	private static final String WARNING = "add ;DB_CLOSE_ON_EXIT=FALSE to the URL";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageJdbcH2AutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:file:./target/closing", "jdbc:h2:mem:closing", "jdbc:h2:./target/closing",
			"jdbc:h2:mem:closing;DB_CLOSE_ON_EXIT=TRUE" })
	void warnsOfADatabaseThatClosesItself(String url, CapturedOutput output) {
		this.contextRunner.withPropertyValues("spring.datasource.url=" + url)
			.run((context) -> assertThat(output).containsOnlyOnce(WARNING));
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:mem:staying;db_close_on_exit=false", "jdbc:h2:tcp://localhost/nowhere",
			"jdbc:postgresql://localhost/nowhere" })
	void saysNothingOfOthers(String url, CapturedOutput output) {
		this.contextRunner.withPropertyValues("spring.datasource.url=" + url)
			.run((context) -> assertThat(output).doesNotContain(WARNING));
	}

	@Test
	void saysNothingOfTheDatabaseThatSpringBootMakes(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(output).doesNotContain(WARNING));
	}

	@Test
	void doesNothingWithoutH2() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.h2"))
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost/nowhere")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(H2ClosingCheck.class));
	}

}
