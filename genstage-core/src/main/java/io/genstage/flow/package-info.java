/**
 * Bridges to {@link java.util.concurrent.Flow}: the events of a stage as a publisher, a
 * publisher as a producer, a subscriber as a consumer, and a stage as a processor.
 */
@NullMarked
package io.genstage.flow;

import org.jspecify.annotations.NullMarked;
