package io.genstage.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * An event that was handed out, once: when the row is handed out again it has another
 * epoch, and this claim can't change it any more.
 *
 * @param id which row
 * @param epoch how often the row was handed out
 * @param attempts how often its event was tried, with this time
 * @param note what a stage has to know of its attempts, if it has given the event back
 */
record WorkClaim(long id, long epoch, int attempts, @Nullable String note) {
}
