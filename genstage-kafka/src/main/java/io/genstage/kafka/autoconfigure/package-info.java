/**
 * Auto-configuration of links over Kafka.
 */
@NullMarked
package io.genstage.kafka.autoconfigure;

import org.jspecify.annotations.NullMarked;
