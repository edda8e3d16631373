/**
 * What can be switched on and off on the start page while the pipelines run, to see what
 * they make of it.
 */
@NullMarked
package io.genstage.sample.switchboard;

import org.jspecify.annotations.NullMarked;
