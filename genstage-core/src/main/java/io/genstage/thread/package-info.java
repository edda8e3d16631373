/**
 * The threads that stages run on, the time they go by, and what threads share. A leaf: it
 * knows nothing of stages. {@code StagePool}, {@code StageExecutor} and
 * {@code StageScheduler} are API; the rest is of the engine.
 */
@NullMarked
package io.genstage.thread;

import org.jspecify.annotations.NullMarked;
