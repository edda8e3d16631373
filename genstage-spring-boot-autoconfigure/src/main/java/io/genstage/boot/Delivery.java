package io.genstage.boot;

import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * What a handler is called with.
 *
 * @param events one event, or a list of events for a handler of batches
 * @param from the subscription they came by
 * @param context the context of the stage that handles them
 */
record Delivery(Object events, Subscription from, StageContext context) {
}
