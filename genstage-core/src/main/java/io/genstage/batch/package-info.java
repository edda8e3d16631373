/**
 * Stages that collect events into batches, by number, by time and by key.
 */
@NullMarked
package io.genstage.batch;

import org.jspecify.annotations.NullMarked;
