package io.genstage.migrating;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.boot.TestContexts;
import io.genstage.migrating.Shop.Feed;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Screen;
import io.genstage.migrating.Shop.Table;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown as before and after does the same: each order is in the table, with its
 * price, though the service with prices has been busy.
 */
class MigratingTests {

	private static final List<Integer> PRICES = IntStream.range(100, 100 + Shop.ORDERS).boxed().toList();

	@ParameterizedTest
	@ValueSource(classes = { ReactorBefore.class, ReactorAfter.class, ScheduledBefore.class, ScheduledAfter.class,
			IntegrationAfter.class, BroadwayAfter.class })
	void fillsTheTable(Class<?> migrating) {
		TestContexts.runner()
			.withUserConfiguration(Scheduling.class, migrating)
			.withBean(Feed.class)
			.withBean(Prices.class)
			.withBean(Table.class)
			.run((context) -> Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(context.getBean(Table.class).prices()).isEqualTo(PRICES)));
	}

	@Test
	void showsMultiples() {
		TestContexts.runner()
			.withUserConfiguration(GenStageAfter.class)
			.withBean(Screen.class)
			.run((context) -> Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(context.getBean(Screen.class).shown()).startsWith(0, 2, 4, 6, 8)
					.hasSizeGreaterThanOrEqualTo(Shop.ORDERS)));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

}
