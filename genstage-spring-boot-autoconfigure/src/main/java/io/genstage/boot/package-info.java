/**
 * Reads annotated beans into stage definitions, adapts them to the engine, and runs the
 * pipelines with the application context.
 */
@NullMarked
package io.genstage.boot;

import org.jspecify.annotations.NullMarked;
