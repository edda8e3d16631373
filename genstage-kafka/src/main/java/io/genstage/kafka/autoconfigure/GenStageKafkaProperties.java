package io.genstage.kafka.autoconfigure;

import java.time.Duration;

import io.genstage.kafka.KafkaLinkOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of links over Kafka that say nothing else themselves.
 *
 * @param start Where a group begins that has committed nothing yet: 'earliest', 'latest',
 * an instant such as 2026-11-30T00:00:00Z, or how long ago, such as PT1H.
 * @param commitInterval Time between commits of what was settled, from 1ms to 1m.
 * @param maxAhead Number of records of a partition that are kept behind one that is not
 * settled, from 1 to 1000000. When there are more, the partition is paused.
 * @param deadLetterSuffix Text that is added to the name of a topic for the topic of its
 * rejected messages.
 * @param createTopics Whether to create topics that are missing, with those of their
 * rejected messages, instead of reporting them.
 * @param partitions Number of partitions of a topic that is created, from 1 to 10000; by
 * default as many as the broker gives it.
 */
@ConfigurationProperties("genstage.kafka")
record GenStageKafkaProperties(@DefaultValue("earliest") String start, @DefaultValue("200ms") Duration commitInterval,
		@DefaultValue("10000") int maxAhead, @DefaultValue(".dead") String deadLetterSuffix,
		@DefaultValue("false") boolean createTopics, @Nullable Integer partitions) {

	GenStageKafkaProperties {
		// Here, so that what is wrong is reported as that of a property.
		KafkaLinkOptions unused = new KafkaLinkOptions(start, commitInterval, maxAhead, deadLetterSuffix, createTopics,
				partitions);
	}

	KafkaLinkOptions options() {
		return new KafkaLinkOptions(this.start, this.commitInterval, this.maxAhead, this.deadLetterSuffix,
				this.createTopics, this.partitions);
	}

}
