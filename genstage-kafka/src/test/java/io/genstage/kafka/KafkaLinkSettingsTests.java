package io.genstage.kafka;

import java.time.Duration;
import java.util.Map;

import io.genstage.link.LinkDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KafkaLinkSettingsTests {

	private static final LinkDefinition ORDERS = LinkDefinition.of("orders").withDestination("shop.orders");

	private static KafkaLinkSettings read(Map<String, String> settings) {
		return KafkaLinkSettings.of(ORDERS.withSettings(settings), KafkaLinkOptions.defaults());
	}

	@Test
	void sayNothingByDefault() {
		KafkaLinkSettings settings = read(Map.of());
		assertThat(settings).isEqualTo(new KafkaLinkSettings("orders", "shop.orders", "genstage.orders",
				"shop.orders.dead", KafkaLinkOptions.defaults()));
	}

	@Test
	void sayAll() {
		KafkaLinkSettings settings = read(Map.of("group", "billing", "start", "PT1H", "commit-interval", "50ms",
				"max-ahead", "100", "dead-letter-topic", "shop.failed", "create-topics", "true", "partitions", "6"));
		assertThat(settings).isEqualTo(new KafkaLinkSettings("orders", "shop.orders", "billing", "shop.failed",
				new KafkaLinkOptions("PT1H", Duration.ofMillis(50), 100, ".dead", true, 6)));
	}

	@Test
	void keepGroupsOfATopicApart() {
		KafkaLinks links = new KafkaLinks(new DefaultKafkaConsumerFactory<>(Map.of()),
				new DefaultKafkaProducerFactory<>(Map.of()));
		assertThat(links.sourceOf(ORDERS)).isEqualTo("the topic 'shop.orders' as the group 'genstage.orders'");
		assertThat(links.sourceOf(ORDERS.withSettings(Map.of("group", "billing"))))
			.isEqualTo("the topic 'shop.orders' as the group 'billing'");
	}

	@Test
	void areRefusedByNameIfTheyAreUnknown() {
		assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("grup", "billing")))
			.withMessageContaining("'orders'")
			.withMessageContaining("[grup]")
			.withMessageContaining("commit-interval, create-topics");
	}

	@ParameterizedTest
	@CsvSource({ "start, yesterday", "start, PT-1H", "commit-interval, soon", "commit-interval, 0s", "max-ahead, many",
			"max-ahead, 0", "create-topics, maybe", "partitions, 0", "group, ' '" })
	void areRefusedIfTheyAreWrong(String name, String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of(name, value)))
			.withMessageContaining("link 'orders'");
	}

	@ParameterizedTest
	@CsvSource({ "max-ahead, many, not a whole number", "max-ahead, 99999999999, not a whole number",
			"max-ahead, 0, 'maxAhead must be from 1 to 1000000, was 0'",
			"partitions, 10001, 'partitions must be from 1 to 10000, was 10001'",
			"commit-interval, 61s, 'commitInterval must be from 1 ms to 1 min, was PT1M1S'" })
	void sayWhatIsWrong(String name, String value, String problem) {
		assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of(name, value))).withMessageContaining(problem);
	}

	@ParameterizedTest
	@CsvSource({ "earliest, earliest, false", "Latest, latest, true", "PT1H, by_duration:PT1H, true",
			"2026-11-30T00:00:00Z, earliest, true" })
	void sayWhereNewGroupsBegin(String start, String reset, boolean passesOver) {
		StartPosition position = StartPosition.parse(start);
		assertThat(position.reset()).isEqualTo(reset);
		assertThat(position.passesOver()).isEqualTo(passesOver);
	}

}
