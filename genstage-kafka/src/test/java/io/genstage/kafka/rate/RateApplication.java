package io.genstage.kafka.rate;

import java.util.Map;

import io.genstage.kafka.autoconfigure.GenStageKafkaAutoConfiguration;
import io.genstage.trial.rate.LinkClient;
import io.genstage.trial.rate.RateClient;
import io.genstage.trial.rate.RateRounds.Side;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * A process with one client. It takes the address of the broker, and which side it is.
 */
final class RateApplication {

	private RateApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		String address = arguments[0];
		RateClient.serve((Side.valueOf(arguments[1]) == Side.LINK) ? link(address) : new BareClient(address));
	}

	private static LinkClient link(String address) {
		return new LinkClient(Engine.class,
				(trial) -> Map.of("genstage.links.orders.type", "kafka", "spring.kafka.bootstrap-servers", address,
						"spring.kafka.consumer.max-poll-records", trial.window(),
						"genstage.links.orders.properties.group", trial.destination()));
	}

	/**
	 * Carries the link.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageKafkaAutoConfiguration.class, KafkaAutoConfiguration.class })
	static class Engine {

	}

}
