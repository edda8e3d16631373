package io.genstage.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The values of properties that a whole application answers: only ever their text,
 * whatever object a property source has for them.
 */
class PropertyValuesTests {

	private static final String PROPERTY = "genstage.stages.keep.max-demand";

	@TempDir
	private Path directory;

	private ConfigurableApplicationContext context;

	@AfterEach
	void closeApplication() {
		this.context.close();
	}

	@Test
	void leaveTheFileOfAConfigurationTreeAlone() throws Exception {
		Path file = configurationTree();
		assertThat(keep()).contains("\"value\":\"50\"");
		assertThat(file).hasContent("50");
		assertThat(keep()).contains("\"value\":\"50\"");
	}

	@Test
	void comeFromAFileThatCanOnlyBeRead() throws Exception {
		Path file = configurationTree();
		assertThat(file.toFile().setReadOnly()).isTrue();
		assertThat(keep()).contains("\"value\":\"50\"");
		assertThat(file).hasContent("50");
	}

	@Test
	void areMissingOnceTheyCanNotBeReadAnyMore() throws Exception {
		Lost lost = new Lost();
		run(withValue("genstage.stages.keep.max-demand", lost));
		lost.gone = true;
		assertThat(keep()).contains("\"value\":\"Unreadable property type %s\"".formatted(Lost.class.getName()));
	}

	@Test
	void areTextBeforeTheRulesOfTheApplication() throws Exception {
		SanitizingFunction rule = (data) -> (data.getValue() instanceof String) ? data.withSanitizedValue() : data;
		Path file = configurationTree(withBean(rule));
		assertThat(keep()).contains("\"value\":\"******\"");
		assertThat(file).hasContent("50");
	}

	@Test
	void areTextBehindTheRulesOfTheApplication() throws Exception {
		Trap trap = new Trap();
		run(withBean((data) -> data.withValue(trap)), "--" + PROPERTY + "=50");
		assertThat(keep()).contains("\"value\":\"Complex property type %s\"".formatted(Trap.class.getName()));
		assertThat(trap.sprung).isFalse();
	}

	@Test
	void areTextOfAnyObject() throws Exception {
		Trap trap = new Trap();
		run((context) -> {
			withValue("genstage.stages.keep.executor", trap).initialize(context);
			context.getEnvironment()
				.getConversionService()
				.addConverter(Trap.class, String.class, (source) -> "genstageTaskExecutor");
		});
		assertThat(keep()).contains("\"value\":\"Complex property type %s\"".formatted(Trap.class.getName()));
		assertThat(trap.sprung).isFalse();
	}

	private Path configurationTree() throws IOException {
		return configurationTree((context) -> {
		});
	}

	private Path configurationTree(ApplicationContextInitializer<ConfigurableApplicationContext> initializer)
			throws IOException {
		Path file = Files.writeString(this.directory.resolve(PROPERTY), "50");
		run(initializer, "--spring.config.import=configtree:%s/".formatted(this.directory));
		return file;
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> withBean(SanitizingFunction rule) {
		return (context) -> context.getBeanFactory().registerSingleton("rule", rule);
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> withValue(String name, Object value) {
		return (context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("objects", Map.of(name, value)));
	}

	private void run(ApplicationContextInitializer<ConfigurableApplicationContext> initializer, String... arguments) {
		this.context = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "spring.jmx.enabled=false", "spring.main.banner-mode=off",
					"management.endpoints.web.exposure.include=genstage",
					"management.endpoint.genstage.show-values=always")
			.initializers(initializer)
			.run(arguments);
	}

	private String keep() throws IOException, InterruptedException {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		URI stage = URI.create("http://localhost:%s/actuator/genstage/keep".formatted(port));
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(stage).build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	/**
	 * A value with a side effect in what looks like a property of a bean.
	 */
	public static final class Trap {

		private volatile boolean sprung;

		public String getValue() {
			this.sprung = true;
			return "sprung";
		}

	}

	/**
	 * A text that is read when somebody wants it, as that of a file.
	 */
	private static final class Lost implements CharSequence {

		private volatile boolean gone;

		@Override
		public String toString() {
			if (this.gone) {
				throw new IllegalStateException("gone");
			}
			return "50";
		}

		@Override
		public int length() {
			return toString().length();
		}

		@Override
		public char charAt(int index) {
			return toString().charAt(index);
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return toString().subSequence(start, end);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep() {
			return (number) -> {
			};
		}

	}

}
