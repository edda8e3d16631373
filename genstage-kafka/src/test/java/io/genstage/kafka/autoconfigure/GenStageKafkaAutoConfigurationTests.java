package io.genstage.kafka.autoconfigure;

import java.util.Map;

import io.genstage.kafka.KafkaLinkOptions;
import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkProvider;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class GenStageKafkaAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, GenStageKafkaAutoConfiguration.class));

	@Test
	void offersLinks() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(LinkProvider.class).hasSingleBean(KafkaLinks.class);
			assertThat(context.getBean(LinkProvider.class).type()).isEqualTo("kafka");
		});
	}

	@Test
	void readsTheSettings() {
		this.runner
			.withPropertyValues("genstage.kafka.start=latest", "genstage.kafka.commit-interval=1s",
					"genstage.kafka.max-ahead=7", "genstage.kafka.dead-letter-suffix=-failed",
					"genstage.kafka.create-topics=true", "genstage.kafka.partitions=12")
			.run((context) -> assertThat(context.getBean(GenStageKafkaProperties.class).options())
				.hasToString("KafkaLinkOptions[start=latest, commitInterval=PT1S, maxAhead=7, deadLetterSuffix=-failed,"
						+ " createTopics=true, partitions=12]"));
	}

	@Test
	void hasTheDefaultsOfTheOptions() {
		this.runner.run((context) -> assertThat(context.getBean(GenStageKafkaProperties.class).options())
			.isEqualTo(KafkaLinkOptions.defaults()));
	}

	@Test
	void refusesAWrongSetting() {
		this.runner.withPropertyValues("genstage.kafka.start=yesterday")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("'yesterday'"));
	}

	@Test
	void refusesAutomaticCommitsByName() {
		this.runner.withPropertyValues("spring.kafka.consumer.enable-auto-commit=true").run((context) -> {
			LinkProvider links = context.getBean(LinkProvider.class);
			LinkDefinition orders = LinkDefinition.of("orders");
			assertThat(catchThrowable(() -> links.openReader(orders, null)))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("'orders'")
				.hasMessageContaining("spring.kafka.consumer.enable-auto-commit");
		});
	}

	@Test
	void leavesTheLinksOfAnApplicationAlone() {
		KafkaLinks own = new KafkaLinks(new DefaultKafkaConsumerFactory<>(Map.of()),
				new DefaultKafkaProducerFactory<>(Map.of()));
		this.runner.withBean(KafkaLinks.class, () -> own)
			.run((context) -> assertThat(context.getBean(LinkProvider.class)).isSameAs(own));
	}

	@Test
	void offersNoLinksWithoutFactories() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GenStageKafkaAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LinkProvider.class));
	}

	@Test
	void offersNoLinksWithoutSpringKafka() {
		this.runner.withClassLoader(new FilteredClassLoader(ConsumerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LinkProvider.class));
	}

}
