/**
 * Buffers with a limit, for stages and for dispatchers that hold events themselves.
 */
@NullMarked
package io.genstage.buffer;

import org.jspecify.annotations.NullMarked;
