package io.genstage.kafka.rate;

import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.rate.RateRounds;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * How fast a link is beside bare clients that do the same work: a measurement, which
 * takes minutes of a quiet machine and asserts nothing about times.
 */
@EnabledIfSystemProperty(named = "test.links.rates", matches = "true",
		disabledReason = "measures for minutes: runs with -Dtest.links.rates=true")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class LinkRateTests {

	private static final int PARTITIONS = 4;

	/** So many that what the compiler does for the larger one of both counts little. */
	private static final int EVENTS = Integer.getInteger("test.links.rates.events", 600_000);

	private static final Set<String> SIZES = Set
		.of(System.getProperty("test.links.rates.bytes", "100,1024").split(","));

	@ParameterizedTest
	@CsvSource({ "100, 1", "1024, 2" })
	void comparesALinkWithBareClients(int bytes, int part) throws Exception {
		assumeTrue(SIZES.contains(String.valueOf(bytes)), "is not among test.links.rates.bytes");
		KafkaServer broker = KafkaServer.shared();
		long events = EVENTS / part;
		try (RateRounds rounds = new RateRounds("Kafka " + AppInfoParser.getVersion(), bytes, events, (topic) -> {
			broker.createTopics(PARTITIONS, topic, topic + ".dead");
			// Which waits for the leaders of its partitions.
			assertThat(broker.read(topic)).isEmpty();
		}, (topic) -> assertThat(broker.committed(topic).values().stream().mapToLong(Long::longValue).sum())
			.isEqualTo(events + events / 3))) {
			rounds.start(RateApplication.class, broker.address());
			rounds.run();
		}
	}

}
