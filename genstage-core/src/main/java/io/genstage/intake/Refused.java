package io.genstage.intake;

import org.jspecify.annotations.Nullable;

/**
 * An event that an intake can't take.
 *
 * @param <E> the type of the event
 * @param event the event
 * @param reason why, without any data of it
 * @param cause what was thrown when the intake looked at it, if anything
 */
public record Refused<E>(E event, String reason, @Nullable Throwable cause) {
}
