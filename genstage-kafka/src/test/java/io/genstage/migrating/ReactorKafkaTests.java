package io.genstage.migrating;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What takes the place of a receiver of Reactor Kafka handles all records. Before it is
 * not run: its library isn't maintained any more, and isn't made for these clients.
 */
class ReactorKafkaTests {

	private static final int ORDERS = 40;

	private final String topic = "orders-" + UUID.randomUUID();

	@Test
	@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
	void areHandledAllAfterwards() throws Exception {
		KafkaServer server = KafkaServer.shared();
		server.createTopics(2, this.topic, this.topic + ".dead");
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(KafkaServer.configuration(server.address()),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			for (int number = 0; number < ORDERS; number++) {
				producer
					.send(new ProducerRecord<>(this.topic,
							"{\"id\":%d}".formatted(number).getBytes(StandardCharsets.UTF_8)))
					.get();
			}
		}
		List<Integer> expected = IntStream.range(100, 100 + ORDERS).boxed().toList();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(After.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "spring.kafka.bootstrap-servers=" + server.address(),
					"genstage.links.orders.type=kafka", "genstage.links.orders.destination=" + this.topic,
					"genstage.links.orders.properties.group=" + this.topic,
					"genstage.stages.price.failure.retry.delay=100ms")
			.run()) {
			Table table = context.getBean(Table.class);
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(table.prices()).containsAll(expected));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ReactorKafkaAfter.class)
	static class After {

		@Bean
		Prices prices() {
			return new Prices();
		}

		@Bean
		Table table() {
			return new Table();
		}

	}

}
