package io.genstage.boot.handler;

import io.genstage.Subscription;

/**
 * An event in a batch that is to become a message, and the subscription it came by: the
 * events of a batch may have come by several.
 *
 * @param event the event
 * @param from the subscription
 */
record ReceivedEvent(Object event, Subscription from) {
}
