/**
 * Accounts of demand: what is asked for, owed and held back, and counters that any thread
 * may read. It knows nothing of stages and time. {@code DemandWindow} and
 * {@code DemandAccount} are API, for stages that ask for events themselves; the rest is
 * of the engine.
 */
@NullMarked
package io.genstage.demand;

import org.jspecify.annotations.NullMarked;
