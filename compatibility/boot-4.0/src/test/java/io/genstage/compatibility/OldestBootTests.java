package io.genstage.compatibility;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.PipelineState;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A whole application with the oldest version of Spring Boot that works.
 */
@ExtendWith(OutputCaptureExtension.class)
class OldestBootTests {

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void startApplication() throws Exception {
		context = SpringApplication.run(Application.class, "--server.port=0",
				"--management.endpoints.web.exposure.include=genstage,health",
				"--management.endpoint.health.show-components=always", "--genstage.stages.keep.max-demand=2");
		context.getBean(StageRegistry.class).whenEnded("letters").toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	@AfterAll
	static void closeApplication() {
		context.close();
	}

	@Test
	void isThatOfThisModule() {
		assertThat(SpringBootVersion.getVersion()).startsWith("4.0.");
	}

	@Test
	void runsThePipelines() {
		assertThat(context.getBean(Application.class).kept).containsExactly("A", "B");
		assertThat(context.getBean(StageRegistry.class).pipelines().get(0).state()).isEqualTo(PipelineState.COMPLETED);
	}

	@Test
	void showsThemAtTheEndpoint() throws Exception {
		assertThat(get("/actuator/genstage")).contains("\"name\":\"letters\",\"state\":\"COMPLETED\"");
		assertThat(get("/actuator/genstage/keep")).startsWith("{\"name\":\"keep\",\"kind\":\"consumer\",")
			.contains("{\"name\":\"genstage.stages.keep.max-demand\",\"value\":\"******\",");
	}

	@Test
	void tellsTheirHealth() throws Exception {
		assertThat(get("/actuator/health")).contains("\"genstage\":{\"status\":\"UP\"}");
	}

	@Test
	void hasTheirMeters() {
		MeterRegistry meters = context.getBean(MeterRegistry.class);
		assertThat(meters.get("genstage.events.in").tag("stage", "keep").functionCounter().count()).isEqualTo(2);
	}

	@Test
	void reportsWhatIsWrong(CapturedOutput output) {
		assertThatException().isThrownBy(() -> SpringApplication.run(Application.class, "--server.port=0",
				"--genstage.stages.kep.max-demand=2"));
		assertThat(output).contains("The stages can't be wired:", "there is no stage 'kep': did you mean 'keep'?");
	}

	private static String get(String path) throws IOException, InterruptedException {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final BlockingQueue<String> kept = new LinkedBlockingQueue<>();

		@Bean
		@Producer
		List<String> letters() {
			return List.of("a", "b");
		}

		@ProducerConsumer(subscribeTo = "letters")
		String large(String letter) {
			return letter.toUpperCase(Locale.ROOT);
		}

		@Consumer(subscribeTo = "large")
		void keep(String letter) {
			this.kept.add(letter);
		}

	}

}
