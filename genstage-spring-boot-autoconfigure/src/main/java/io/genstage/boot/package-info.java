/**
 * Assembles the pipelines of an application from its annotated beans, runs them with the
 * application context, and lets them be looked at and changed by name.
 * <p>
 * It stands on three rooms, each of which knows those named before it: {@code handler}
 * calls the code of the application, {@code declaration} reads what annotations and
 * properties say, {@code setting} finds out what is in force. What is public in these is
 * so for their neighbours, but for {@code GenStageHeaders} and
 * {@code GenStageProperties}.
 */
@NullMarked
package io.genstage.boot;

import org.jspecify.annotations.NullMarked;
