package io.genstage.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.trial.database.PostgresServer;
import io.genstage.trial.database.ServerKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A link in a database that is reached over TLS.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecuredLinkTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final int ORDERS = 100;

	private static PostgresServer server;

	@BeforeAll
	static void startServer() {
		server = PostgresServer.startSecured();
	}

	@AfterAll
	static void stopServer() {
		if (server != null) {
			server.close();
		}
	}

	/** Starts an application with the properties that are documented. */
	private static ConfigurableApplicationContext start(Path trusted, String initialize, String... more) {
		String url = server.newUrl();
		return new SpringApplicationBuilder(Shop.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=true",
					"spring.config.location=classpath:io/genstage/jdbc/examples/tls.yaml",
					"management.endpoints.jmx.exposure.include=genstage,health",
					"management.endpoint.genstage.show-values=always", "management.health.db.enabled=false",
					"logging.level.io.genstage=debug", "genstage.links.orders.type=jdbc",
					"genstage.links-jdbc.initialize-schema=" + initialize, "DATABASE_PASSWORD=" + server.password())
			.run(Stream
				.concat(Stream.of("--spring.datasource.username=genstage",
						"--spring.datasource.url=%s?sslmode=verify-full&sslrootcert=%s"
							.formatted(url.substring(0, url.indexOf('?')), trusted)),
						Stream.of(more))
				.toArray(String[]::new));
	}

	/** Returns what the endpoint and health show, with the values of properties. */
	private static String shown(ConfigurableApplicationContext application) {
		GenStageEndpoint endpoint = application.getBean(GenStageEndpoint.class);
		return JsonMapper.builder()
			.build()
			.writeValueAsString(List.of(endpoint.pipelines(), endpoint.stage("orders-to-link"),
					endpoint.stage("orders-from-link"), application.getBean(HealthEndpoint.class).health()));
	}

	@Test
	void carriesEventsAndShowsNoPassword(CapturedOutput output) {
		try (ConfigurableApplicationContext application = start(server.certificate(), "always")) {
			List<Integer> booked = application.getBean(Shop.class).booked;
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(booked).containsExactlyElementsOf(orders().toList()));
			assertThat(shown(application)).contains("orders-to-link", "\"UP\"").doesNotContain(server.password());
		}
		assertThat(output).doesNotContain(server.password());
	}

	@Test
	void reportsADatabaseThatItDoesNotTrust(@TempDir Path folder, CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext application = start(ServerKeys.make(folder).certificate(), "never",
				// What waits for the database would be waited for.
				"--genstage.lifecycle.drain-timeout=0s")) {
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(shown(application))
					.contains("\"interruptedLinks\":{\"orders\":\"jdbc: orders\"}", "'orders-to-link' pauses")
					.doesNotContain(server.password()));
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(output)
					.containsOnlyOnce("stage 'orders-to-link' waits for its target, which can't be reached")
					.containsOnlyOnce("stage 'orders-from-link' waits for its source, which can't be reached")
					.contains("PSQLException: SSL error: "));
			assertThat(application.getBean(Shop.class).booked).isEmpty();
		}
		assertThat(output).doesNotContain(server.password());
	}

	private static Stream<Integer> orders() {
		return IntStream.range(0, ORDERS).boxed();
	}

	/**
	 * Has the stages at both ends.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		private final List<Integer> booked = new CopyOnWriteArrayList<>();

		@Producer(name = "orders")
		Stream<Integer> produce() {
			return orders();
		}

		@Consumer(name = "book", subscribeTo = "orders")
		void book(Integer order) {
			this.booked.add(order);
		}

	}

}
