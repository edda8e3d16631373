package io.genstage.sample;

import io.genstage.boot.StageRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.AotDetector;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.SpringProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application, started from what the build has generated ahead of time.
 */
class AheadOfTimeTests {

	@BeforeEach
	void useWhatIsGenerated() {
		SpringProperties.setFlag(AotDetector.AOT_ENABLED);
	}

	@AfterEach
	void useWhatIsWritten() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
	}

	@Test
	void readsTheWholeFeed() {
		try (var context = new SpringApplicationBuilder(SampleApplication.class).main(SampleApplication.class)
			.run("--server.port=0")) {
			assertThat(context
				.containsBean("org.springframework.context.annotation.internalConfigurationAnnotationProcessor"))
				.as("a configuration class is parsed at run time")
				.isFalse();
			StageRegistry registry = context.getBean(StageRegistry.class);
			Sample.awaitCompletionOf(registry, "store", "alerts");
			assertThat(registry.stage("store").orElseThrow().started().orElseThrow().in()).isEqualTo(1707);
		}
	}

}
