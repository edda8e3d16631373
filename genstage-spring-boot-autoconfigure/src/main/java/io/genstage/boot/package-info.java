/**
 * Assembles the pipelines of an application from its annotated beans, runs them with the
 * application context, and lets them be looked at and changed by name.
 * <p>
 * It stands on four rooms, each of which knows those named before it: {@code handler}
 * calls the code of the application, {@code declaration} reads what annotations and
 * properties say, {@code setting} finds out what is in force; {@code link}, which knows
 * none of them, has what links need. What is public in these is so for their neighbours,
 * but for {@code GenStageHeaders}, {@code GenStageProperties}, {@code LinkConverter},
 * {@code LinkHeaders} and {@code LinkEnd}.
 */
@NullMarked
package io.genstage.boot;

import org.jspecify.annotations.NullMarked;
