/**
 * What annotations and properties say about stages, as it is written. Nothing is created
 * here. {@code GenStageProperties} is what an application configures.
 */
@NullMarked
package io.genstage.boot.declaration;

import org.jspecify.annotations.NullMarked;
