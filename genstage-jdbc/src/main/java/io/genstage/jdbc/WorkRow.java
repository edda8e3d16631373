package io.genstage.jdbc;

/**
 * A row that was handed out, with its event as it is written.
 *
 * @param claim by what it is settled
 * @param eventType the name of the type of the event
 * @param contentType what the event was written as
 * @param payload the event
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WorkRow(WorkClaim claim, String eventType, String contentType, byte[] payload) {
}
