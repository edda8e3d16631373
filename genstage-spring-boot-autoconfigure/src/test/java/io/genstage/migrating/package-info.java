/**
 * What {@code docs/migrating} shows, before and after, compiled and run.
 */
@NullMarked
package io.genstage.migrating;

import org.jspecify.annotations.NullMarked;
