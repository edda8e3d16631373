/**
 * The code of the page on migrating from listeners of Spring Kafka.
 */
@NullMarked
package io.genstage.migrating;

import org.jspecify.annotations.NullMarked;
