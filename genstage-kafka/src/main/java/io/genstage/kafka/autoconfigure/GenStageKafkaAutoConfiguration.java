package io.genstage.kafka.autoconfigure;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.kafka.KafkaLinks;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Auto-configuration of links over Kafka, for applications with a {@link ConsumerFactory}
 * and a {@link ProducerFactory}, which Boot makes by {@code spring.kafka.*}.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@ConditionalOnClass(ConsumerFactory.class)
@EnableConfigurationProperties(GenStageKafkaProperties.class)
public final class GenStageKafkaAutoConfiguration {

	GenStageKafkaAutoConfiguration() {
	}

	@Bean
	@ConditionalOnBean({ ConsumerFactory.class, ProducerFactory.class })
	@ConditionalOnMissingBean
	KafkaLinks genstageKafkaLinks(ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers,
			GenStageKafkaProperties properties) {
		return new KafkaLinks(consumers, producers, properties.options());
	}

}
