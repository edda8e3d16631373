/**
 * Surrounds the calls of handlers with observations of Micrometer, with what their events
 * carry from their senders, and with keys for the log.
 */
@NullMarked
package io.genstage.boot.observe;

import org.jspecify.annotations.NullMarked;
