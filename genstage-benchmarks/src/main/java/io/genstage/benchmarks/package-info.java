/**
 * Throughput beside peers. The runs and their rules are described in
 * {@code docs/benchmarks.md}.
 */
@NullMarked
package io.genstage.benchmarks;

import org.jspecify.annotations.NullMarked;
