/**
 * Dispatchers: who gets which events, and how much to request upstream. A leaf of the
 * house: nothing here knows a stage, a thread, a clock or a logger.
 */
@NullMarked
package io.genstage.dispatch;

import org.jspecify.annotations.NullMarked;
