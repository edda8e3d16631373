/**
 * Other libraries, and the bare hand-over, in the shapes of the workloads.
 */
@NullMarked
package io.genstage.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
