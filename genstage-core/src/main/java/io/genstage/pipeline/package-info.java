/**
 * The managed graph: stages that are defined, checked, started, watched and drained
 * together. It stands on the public types of the engine.
 */
@NullMarked
package io.genstage.pipeline;

import org.jspecify.annotations.NullMarked;
