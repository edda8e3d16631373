/**
 * The desk at which somebody decides about dead letters: looks at them, replays, drops or
 * abandons them. It stands above the pipelines, since a replay is one more producer for a
 * stage of a pipeline; {@code io.genstage.deadletter} has the letters.
 */
@NullMarked
package io.genstage.desk;

import org.jspecify.annotations.NullMarked;
