package io.genstage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.actuate.GenStageEndpoint;
import io.genstage.trial.broker.KafkaServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
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
 * A link to a broker that is reached over TLS by those who sign in.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SecuredLinkTests {

	private static final int ORDERS = 100;

	private final KafkaServer server = KafkaServer.shared();

	private final String topic = "orders-" + UUID.randomUUID();

	private final List<String> secrets = List.of(KafkaServer.PASSWORD, this.server.trustStorePassword());

	/** Starts an application with the properties that are documented. */
	private ConfigurableApplicationContext start(String... more) {
		return new SpringApplicationBuilder(Shop.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=true",
					"spring.config.location=classpath:io/genstage/kafka/examples/tls.yaml",
					"management.endpoints.jmx.exposure.include=genstage,health",
					"management.endpoint.genstage.show-values=always", "logging.level.io.genstage=debug",
					"genstage.defaults.restart.max-restarts=0", "genstage.kafka.create-topics=true",
					"genstage.kafka.partitions=2", "genstage.links.orders.type=kafka",
					"genstage.links.orders.destination=" + this.topic, "BROKER_PASSWORD=" + KafkaServer.PASSWORD,
					"TRUST_PASSWORD=" + this.server.trustStorePassword())
			.run(Stream.concat(
					Stream.of("--spring.kafka.bootstrap-servers=" + this.server.signedInAddress(),
							"--spring.ssl.bundle.jks.broker.truststore.location=file:" + this.server.trustStore()),
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
	void carriesEventsByABundleAndShowsNoPassword(CapturedOutput output) {
		try (ConfigurableApplicationContext application = start()) {
			List<Integer> booked = application.getBean(Shop.class).booked;
			Awaitility.await()
				.untilAsserted(() -> assertThat(booked).containsExactlyInAnyOrderElementsOf(orders().toList()));
			assertThat(shown(application)).contains(this.topic, "orders-to-link", "\"UP\"")
				.doesNotContain(this.secrets);
		}
		assertThat(output).doesNotContain(this.secrets);
	}

	@Test
	void reportsABrokerThatItDoesNotTrust(CapturedOutput output) {
		try (ConfigurableApplicationContext application = start("--spring.kafka.ssl.bundle=")) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(shown(application)).contains("\"DOWN\"",
						"\"failed\":[\"orders-to-link\",\"orders-from-link\"]"));
			assertThat(shown(application)).doesNotContain(this.secrets);
			assertThat(application.getBean(Shop.class).booked).isEmpty();
		}
		Stream.of("sending", "receiving")
			.forEach((end) -> assertThat(output)
				.containsOnlyOnce("the %s end of link 'orders' has no TLS connection to the broker: ".formatted(end)
						+ "unable to find valid certification path to requested target"));
		assertThat(output).doesNotContain(this.secrets);
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
