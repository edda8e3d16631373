package io.genstage.kafka.autoconfigure;

import java.util.Map;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.kafka.KafkaLinkOptions;
import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
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
	void refusesAutomaticCommitsWhenAnApplicationWithAReceivingEndStarts() {
		withoutCommits(Shop.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure())
				.hasMessage("property 'genstage.links.orders': link 'orders' can't be "
						+ "read with spring.kafka.consumer.enable-auto-commit (enable.auto.commit) set to true: it would lose "
						+ "what is not handled when it ends. Remove the setting, or set it to false");
		});
	}

	@Test
	void leavesTheCommitsOfAnApplicationAloneThatOnlySends() {
		withoutCommits(Sending.class).run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner withoutCommits(Class<?> stages) {
		return this.runner
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
					GenStageLinkAutoConfiguration.class, GenStageAutoConfiguration.class))
			.withUserConfiguration(stages)
			.withPropertyValues("genstage.links.orders.type=kafka", "genstage.defaults.auto-startup=false",
					"spring.kafka.consumer.enable-auto-commit=true");
	}

	@ParameterizedTest
	@CsvSource({ "genstage.links.orders.properties.grup=billing, property 'genstage.links.orders.properties', [grup]",
			"genstage.links.orders.properties.max-ahead=0, property 'genstage.links.orders.properties', maxAhead must be",
			"genstage.links.orders.properties.partitions=many, property 'genstage.links.orders.properties', 'partitions'",
			"genstage.kafka.max-ahead=0, genstage.kafka, maxAhead must be from 1 to 1000000" })
	void reportsWhatIsWrongAtTheStart(String property, String place, String problem) {
		this.runner
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
					GenStageLinkAutoConfiguration.class, GenStageAutoConfiguration.class))
			.withUserConfiguration(Shop.class)
			.withPropertyValues("genstage.links.orders.type=kafka", property)
			.run((context) -> {
				assertThat(context).hasFailed();
				Throwable failure = context.getStartupFailure();
				assertThat(failure).satisfiesAnyOf((cause) -> assertThat(cause).hasMessageContaining(place),
						(cause) -> assertThat(cause).hasStackTraceContaining("under '" + place + "'"));
				assertThat(failure).hasStackTraceContaining(problem);
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

	static class Sending {

		@Producer(name = "orders")
		Stream<String> orders() {
			return Stream.empty();
		}

	}

	static class Shop {

		@Consumer(name = "book", subscribeTo = "orders")
		void book(String order) {
		}

	}

}
