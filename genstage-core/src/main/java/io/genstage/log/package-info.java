/**
 * What the engine logs with, and how it writes what it was given. A leaf: it knows
 * nothing of stages. {@code StageLog} is API; the rest is of the engine.
 */
@NullMarked
package io.genstage.log;

import org.jspecify.annotations.NullMarked;
