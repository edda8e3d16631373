/**
 * What the documentation shows, compiled and run.
 */
package io.genstage.examples;
