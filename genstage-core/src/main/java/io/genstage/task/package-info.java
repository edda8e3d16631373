/**
 * A task for each event of a consumer, many of them at a time:
 * {@link io.genstage.task.Tasks} chooses that and is how to see and to end them. The
 * intake and what it knows of its stage are of the engine.
 */
@NullMarked
package io.genstage.task;

import org.jspecify.annotations.NullMarked;
