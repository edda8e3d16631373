package io.genstage.boot.test.autoconfigure;

import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageDefinitionCustomizer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.source.EventQueue;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When each part is there.
 */
class AutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GenStageAutoConfiguration.class, StageProbesAutoConfiguration.class))
		.withUserConfiguration(Stages.class);

	@Test
	void tapsTheStages() {
		this.contextRunner.run((context) -> {
			context.getBean(StageProbes.class).reset();
			assertThat(context.getBean(StageProbes.class).events("letters")).isEmpty();
			assertThat(context).doesNotHaveBean(TestSystem.class);
		});
	}

	@Test
	void leavesStagesToProbesThatAreThere() {
		StageProbes mine = new StageProbes();
		this.contextRunner.withBean(StageProbes.class, () -> mine)
			.withBean(StageDefinitionCustomizer.class, () -> mine::tap)
			.withPropertyValues("genstage.test.virtual-time=true")
			.run((context) -> {
				assertThat(context).getBean(StageProbes.class).isSameAs(mine);
				mine.emit("letters", "a");
				assertThat(mine.events("keep")).containsExactly("a");
			});
	}

	@Test
	void isWithoutAClockWhereThatIsAskedFor() {
		this.contextRunner.withPropertyValues("genstage.test.virtual-time=true").run((context) -> {
			StageProbes probes = context.getBean(StageProbes.class);
			probes.emit("letters", "a", "b");
			assertThat(probes.events("keep")).containsExactly("a", "b");
		});
	}

	@Test
	void leavesTimeToASystemThatIsThere() {
		StageSystem mine = StageSystem.create();
		this.contextRunner.withBean(StageSystem.class, () -> mine)
			.withPropertyValues("genstage.test.virtual-time=true")
			.run((context) -> assertThat(context).doesNotHaveBean(TestSystem.class)
				.getBean(StageSystem.class)
				.isSameAs(mine));
	}

	@Test
	void hasADatabaseIfAnEmbeddedOneIsThere() {
		ApplicationContextRunner slice = this.contextRunner
			.withConfiguration(AutoConfigurations.of(GenStageTestAutoConfiguration.class));
		slice.run((context) -> assertThat(context).hasSingleBean(EmbeddedDatabase.class));
		slice.withClassLoader(new FilteredClassLoader("org.h2"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedDatabase.class));
		slice.withClassLoader(new FilteredClassLoader(EmbeddedDatabaseConnection.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedDatabase.class));
		slice.withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedDatabase.class));
		slice.withPropertyValues("spring.test.database.replace=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddedDatabase.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Bean
		@Producer
		EventQueue<String> letters() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "letters")
		void keep(String letter) {
			// Its probe sees it.
		}

	}

}
