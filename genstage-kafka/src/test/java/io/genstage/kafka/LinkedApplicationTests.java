package io.genstage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.trial.broker.KafkaServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications with one stage each, which properties connect over Kafka.
 */
class LinkedApplicationTests {

	private static final int ORDERS = 200;

	private static final int CUSTOMERS = 7;

	private final String topic = "orders-" + UUID.randomUUID();

	private ConfigurableApplicationContext start(Class<?> application) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off",
					"spring.kafka.bootstrap-servers=" + KafkaServer.shared().address(),
					"genstage.kafka.create-topics=true", "genstage.kafka.partitions=3",
					"genstage.links.orders.type=kafka", "genstage.links.orders.destination=" + this.topic,
					"genstage.links.orders.key=customer")
			.run();
	}

	@Test
	void carryTheEventsOfAStageFromOneToTheOther() {
		List<Order> booked;
		try (ConfigurableApplicationContext receiving = start(Receiving.class);
				ConfigurableApplicationContext sending = start(Sending.class)) {
			assertThat(sending.isActive()).isTrue();
			booked = receiving.getBean(Receiving.class).booked;
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(booked).containsExactlyInAnyOrderElementsOf(orders().toList()));
		}
		for (int customer = 0; customer < CUSTOMERS; customer++) {
			int one = customer;
			assertThat(booked.stream().filter((order) -> order.customer() == one).map(Order::number)).isSorted();
		}
	}

	private static Stream<Order> orders() {
		return IntStream.range(0, ORDERS).mapToObj((number) -> new Order(number, number % CUSTOMERS));
	}

	/**
	 * What is sent.
	 */
	record Order(int number, int customer) {
	}

	/**
	 * Has the stage whose events travel.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Sending {

		@Producer(name = "orders")
		Stream<Order> produce() {
			return orders();
		}

	}

	/**
	 * Has the stage that handles them.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Receiving {

		private final List<Order> booked = new CopyOnWriteArrayList<>();

		@Consumer(name = "book", subscribeTo = "orders")
		void book(Order order) {
			this.booked.add(order);
		}

	}

}
