/**
 * What the documentation of links over Kafka shows.
 */
@NullMarked
package io.genstage.kafka.examples;

import org.jspecify.annotations.NullMarked;
