/**
 * Real data: {@code feed} reads earthquakes, {@code located} checks them, {@code store}
 * and {@code alerts} both get all of them.
 */
@NullMarked
package io.genstage.sample.quakes;

import org.jspecify.annotations.NullMarked;
