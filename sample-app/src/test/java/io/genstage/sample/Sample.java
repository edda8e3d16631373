package io.genstage.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageState;
import io.genstage.test.Completion;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * The sample application, started by a test that wants to stop it too, and looked at from
 * outside.
 */
public final class Sample implements AutoCloseable {

	/** As long as a busy machine may take. */
	public static final Duration PATIENCE = Duration.ofMinutes(1);

	private final ConfigurableApplicationContext context;

	private final RestTestClient http;

	private final String url;

	private Sample(ConfigurableApplicationContext context) {
		this.context = context;
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		this.url = "http://localhost:" + port;
		this.http = RestTestClient.bindToServer().baseUrl(this.url).build();
	}

	/**
	 * Starts the application on a free port.
	 * @param properties as on the command line, without dashes
	 * @return the running application
	 */
	public static Sample start(String... properties) {
		return startWith(List.of(), properties);
	}

	/**
	 * Starts the application with more beans.
	 * @param configurations the classes that define them
	 * @param properties as on the command line, without dashes
	 * @return the running application
	 */
	public static Sample startWith(List<Class<?>> configurations, String... properties) {
		return startWith((context) -> {
		}, configurations, properties);
	}

	/**
	 * Starts the application with beans that the caller registers.
	 * @param beans registers them
	 * @param configurations the classes that define more of them
	 * @param properties as on the command line, without dashes
	 * @return the running application
	 */
	public static Sample startWith(ApplicationContextInitializer<GenericApplicationContext> beans,
			List<Class<?>> configurations, String... properties) {
		List<Class<?>> sources = new ArrayList<>(configurations);
		sources.add(SampleApplication.class);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
		List.of(properties).forEach((property) -> arguments.add("--" + property));
		return new Sample(new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.SERVLET)
			.initializers(beans)
			.run(arguments.toArray(String[]::new)));
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public String url() {
		return this.url;
	}

	public RestTestClient http() {
		return this.http;
	}

	/**
	 * Gets JSON, whatever the status.
	 * @param uri the path
	 * @return the answer
	 */
	public JsonNode get(String uri) {
		return get(this.http, uri);
	}

	public static JsonNode get(RestTestClient http, String uri) {
		JsonNode answer = http.get().uri(uri).exchange().expectBody(JsonNode.class).returnResult().getResponseBody();
		return Objects.requireNonNull(answer, uri);
	}

	/**
	 * Gets a page, or another text.
	 * @param http the application
	 * @param uri where the text is
	 * @return the text
	 */
	public static String page(RestTestClient http, String uri) {
		String text = http.get()
			.uri(uri)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		return Objects.requireNonNull(text, uri);
	}

	/**
	 * Reads a meter through the actuator.
	 * @param http the application
	 * @param meter the meter's name, with tags if needed: {@code name?tag=key:value}
	 * @return its only value
	 */
	public static double meter(RestTestClient http, String meter) {
		return get(http, "/actuator/metrics/" + meter).at("/measurements/0/value").asDouble();
	}

	public StageState stateOf(String stage) {
		return stateOf(bean(StageRegistry.class), stage);
	}

	/**
	 * Waits until stages have read the whole feed.
	 * @param stages their names
	 */
	public void awaitCompletionOf(String... stages) {
		awaitCompletionOf(bean(StageRegistry.class), stages);
	}

	public static void awaitCompletionOf(StageRegistry registry, String... stages) {
		for (String stage : stages) {
			Completion.await(registry.whenEnded(stage), registry::pipelines, PATIENCE);
		}
	}

	/**
	 * Waits as long as a busy machine may take.
	 * @return a wait of up to a minute
	 */
	public static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE);
	}

	private static StageState stateOf(StageRegistry registry, String stage) {
		return registry.stage(stage).orElseThrow().state();
	}

	/**
	 * Stops everything that runs, and starts it again.
	 */
	public void restart() {
		this.context.stop();
		this.context.start();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
