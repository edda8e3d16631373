/**
 * A consumer that runs one task for each event, many of them at a time, and asks for more
 * as they end.
 */
@NullMarked
package io.genstage.task;

import org.jspecify.annotations.NullMarked;
