/**
 * The examples of {@code docs/testing-your-stages.md}.
 */
package io.genstage.examples;
