package io.genstage.jdbc.rate;

import java.util.Map;

import io.genstage.jdbc.autoconfigure.GenStageJdbcLinksAutoConfiguration;
import io.genstage.trial.rate.LinkClient;
import io.genstage.trial.rate.RateClient;
import io.genstage.trial.rate.RateRounds.Side;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * A process with one client. It takes the URL of the database, and which side it is.
 */
final class RateApplication {

	private RateApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		String url = arguments[0];
		RateClient.serve((Side.valueOf(arguments[1]) == Side.LINK) ? link(url) : new BareClient(url));
	}

	private static LinkClient link(String url) {
		return new LinkClient(Engine.class, (trial) -> Map.of("genstage.links.orders.type", "jdbc",
				"spring.datasource.url", url, "genstage.links-jdbc.initialize-schema", "never"));
	}

	/**
	 * Carries the link.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageJdbcLinksAutoConfiguration.class, DataSourceAutoConfiguration.class })
	static class Engine {

	}

}
