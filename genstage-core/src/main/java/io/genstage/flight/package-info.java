/**
 * What the flight recorder of the JVM gets to know of stages and pipelines: its events,
 * and the only place that knows whether the JVM has such a recorder.
 */
@NullMarked
package io.genstage.flight;

import org.jspecify.annotations.NullMarked;
