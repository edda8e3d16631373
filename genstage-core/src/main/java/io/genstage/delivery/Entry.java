package io.genstage.delivery;

import org.jspecify.annotations.Nullable;

/**
 * How deliveries have come into the engine.
 *
 * @param queue where they go when they have ended
 * @param stretch when they came, or null if nobody wants to know
 */
record Entry(SettlementQueue queue, @Nullable Stretch stretch) {

}
