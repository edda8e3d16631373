/**
 * Lists of events, and buffers with a limit for stages and dispatchers that hold events.
 */
@NullMarked
package io.genstage.buffer;

import org.jspecify.annotations.NullMarked;
