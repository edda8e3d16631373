/**
 * Tests of stages alone, on the test's thread and in a time of its own, and of whole
 * pipelines.
 */
@NullMarked
package io.genstage.test;

import org.jspecify.annotations.NullMarked;
