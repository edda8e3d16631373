/**
 * What {@code docs/jdbc.md} shows.
 */
@NullMarked
package io.genstage.jdbc.examples;

import org.jspecify.annotations.NullMarked;
