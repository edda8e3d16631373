/**
 * What is measured whoever does it: the shapes of workloads, their events, and how times
 * and sizes are taken.
 */
@NullMarked
package io.genstage.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
