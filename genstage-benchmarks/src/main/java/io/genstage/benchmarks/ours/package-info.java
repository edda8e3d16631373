/**
 * GenStage for Spring in the shapes of the workloads: the engine alone, the managed
 * pipeline and annotated beans.
 */
@NullMarked
package io.genstage.benchmarks.ours;

import org.jspecify.annotations.NullMarked;
