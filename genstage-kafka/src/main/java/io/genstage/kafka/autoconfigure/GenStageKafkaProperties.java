package io.genstage.kafka.autoconfigure;

import java.time.Duration;

import io.genstage.kafka.KafkaLinkOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of links over Kafka that say nothing else themselves.
 *
 * @param start where a group begins that has committed nothing yet: earliest, latest, an
 * instant such as 2026-11-30T00:00:00Z, or how long ago, such as PT1H
 * @param commitInterval how often is committed what was settled, from 1 ms to 1 min
 * @param maxAhead how many records of a partition are kept at most behind one that is not
 * settled, from 1 to 1,000,000. Then the partition is paused
 * @param deadLetterSuffix what is added to the name of a topic for that of rejected
 * messages
 * @param createTopics whether a topic that is missing is created, with that of its
 * rejected messages, instead of being reported
 * @param partitions how many partitions a topic gets that is created, from 1 to 10,000.
 * By default as many as the broker gives it
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
