package io.genstage.boot.handler;

import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * One event on its way to the task that handles it.
 *
 * @param event the event
 * @param from the subscription it came by
 * @param context the context of the stage that handles it
 */
record TaskEvent(Object event, Subscription from, StageContext context) {
}
