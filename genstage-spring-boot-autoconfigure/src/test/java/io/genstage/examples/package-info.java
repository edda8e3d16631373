/**
 * The examples of the documentation, compiled and run.
 */
@NullMarked
package io.genstage.examples;

import org.jspecify.annotations.NullMarked;
