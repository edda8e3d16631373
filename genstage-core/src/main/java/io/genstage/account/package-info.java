/**
 * What stages spend their time on: an account that one stage writes and any thread reads,
 * and what is read of it. Knows neither stages nor clocks; the time is handed in.
 */
@NullMarked
package io.genstage.account;

import org.jspecify.annotations.NullMarked;
