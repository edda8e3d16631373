package io.genstage.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.genstage.SubscribeOptions;
import io.genstage.boot.TestContexts;
import io.genstage.pipeline.StageDefinition;

import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ClassPathResource;

/**
 * Contexts in which examples run, with the properties of the documentation.
 */
final class Examples {

	private Examples() {
	}

	static ApplicationContextRunner runner(Class<?>... beans) {
		return TestContexts.runner().withUserConfiguration(beans);
	}

	/** Runs beans with the properties of a resource of this package. */
	static ApplicationContextRunner runnerWith(String yaml, Class<?>... beans) {
		return runner(beans).withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=" + location(yaml));
	}

	static String location(String resource) {
		return "classpath:/io/genstage/examples/" + resource;
	}

	static String text(String resource) throws IOException {
		return new ClassPathResource(resource, Examples.class).getContentAsString(StandardCharsets.UTF_8);
	}

	static StageDefinition stage(ApplicationContext context, String name) {
		return TestContexts.registry(context)
			.definitions()
			.stream()
			.filter((stage) -> stage.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	static SubscribeOptions subscription(ApplicationContext context, String stage, String producer) {
		return stage(context, stage).producers()
			.stream()
			.filter((edge) -> edge.producer().equals(producer))
			.map((edge) -> edge.optionsFor(1))
			.findFirst()
			.orElseThrow();
	}

}
