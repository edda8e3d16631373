/**
 * The annotations that make beans and methods stages of a pipeline.
 */
@NullMarked
package io.genstage.annotation;

import org.jspecify.annotations.NullMarked;
