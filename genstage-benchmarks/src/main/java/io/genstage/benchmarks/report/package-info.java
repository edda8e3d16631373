/**
 * Makes tables, plots and verdicts of the results of JMH.
 */
@NullMarked
package io.genstage.benchmarks.report;

import org.jspecify.annotations.NullMarked;
