/**
 * How fast links over Kafka are, beside bare clients.
 */
@NullMarked
package io.genstage.kafka.rate;

import org.jspecify.annotations.NullMarked;
