package io.genstage.jdbc;

import io.genstage.link.LinkMessage;

/**
 * A row that can be delivered.
 *
 * @param id its number
 * @param attempts how often its message has failed
 * @param message its message
 */
record LinkRow(long id, int attempts, LinkMessage message) {
}
