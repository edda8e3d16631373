/**
 * Links over Kafka, on the application's {@code ConsumerFactory} and
 * {@code ProducerFactory}: {@link io.genstage.kafka.KafkaLinks} reads as much of a topic
 * as it is asked for, and commits what is settled without a gap.
 */
@NullMarked
package io.genstage.kafka;

import org.jspecify.annotations.NullMarked;
