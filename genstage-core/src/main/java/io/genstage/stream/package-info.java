/**
 * Events for ordinary code: a loop, or a {@link java.util.stream.Stream}, that pulls from
 * stages.
 */
@NullMarked
package io.genstage.stream;

import org.jspecify.annotations.NullMarked;
