/**
 * Batches of events, by number, by time and by key: options of a stage that collects its
 * events, and what does so for the engine.
 */
@NullMarked
package io.genstage.batch;

import org.jspecify.annotations.NullMarked;
