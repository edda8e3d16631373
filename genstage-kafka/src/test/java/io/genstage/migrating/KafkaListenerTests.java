package io.genstage.migrating;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener and the stages in its place do the same, one after the other, with the
 * records of one topic.
 */
class KafkaListenerTests {

	private static final int ORDERS = 40;

	private static final String TOPIC = "shop.orders";

	private static final String[] BEFORE = { "spring.kafka.consumer.auto-offset-reset=earliest" };

	private static final String[] AFTER = { "genstage.links.orders.type=kafka",
			"genstage.links.orders.destination=" + TOPIC, "genstage.stages.price.failure.retry.delay=100ms" };

	@Test
	void doTheSame() throws Exception {
		KafkaServer server = KafkaServer.shared();
		server.createTopics(1, TOPIC, TOPIC + ".dead");
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(KafkaServer.configuration(server.address()),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			for (int number = 0; number < ORDERS; number++) {
				producer.send(new ProducerRecord<>(TOPIC, "{\"id\":%d,\"more\":true}".formatted(number).getBytes()))
					.get();
			}
		}
		expectAllPrices(server, Before.class, BEFORE);
		expectAllPrices(server, After.class, AFTER);
	}

	private static void expectAllPrices(KafkaServer server, Class<?> application, String[] properties) {
		List<Integer> expected = IntStream.range(100, 100 + ORDERS).boxed().toList();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(application)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(properties)
			.properties("spring.main.banner-mode=off", "spring.kafka.bootstrap-servers=" + server.address())
			.run()) {
			Table table = context.getBean(Table.class);
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(table.prices()).isEqualTo(expected));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(KafkaListenerBefore.class)
	static class Before extends Around {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(KafkaListenerAfter.class)
	static class After extends Around {

	}

	/**
	 * What both need.
	 */
	static class Around {

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
