package io.genstage.jdbc;

import io.genstage.link.LinkMessage;
import org.jspecify.annotations.Nullable;

/**
 * A row that can be delivered.
 *
 * @param id its number
 * @param attempts how often its message has failed
 * @param message its message
 * @param note what a stage has to know of its attempts, if it has given it back
 */
record LinkRow(long id, int attempts, LinkMessage message, @Nullable String note) {
}
