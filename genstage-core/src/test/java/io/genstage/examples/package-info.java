/**
 * The examples of the documentation, each about a page long, compiled and run.
 */
@NullMarked
package io.genstage.examples;

import org.jspecify.annotations.NullMarked;
