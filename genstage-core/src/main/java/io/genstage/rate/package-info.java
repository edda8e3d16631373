/**
 * How many events of a stage may pass in some time, over all its instances, and what sees
 * to that for the engine.
 */
@NullMarked
package io.genstage.rate;

import org.jspecify.annotations.NullMarked;
