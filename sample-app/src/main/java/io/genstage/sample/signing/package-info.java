/**
 * A book signing: readers wait in a {@code line}, {@code tickets} are checked, the
 * {@code author} signs one book at a time.
 */
@NullMarked
package io.genstage.sample.signing;

import org.jspecify.annotations.NullMarked;
