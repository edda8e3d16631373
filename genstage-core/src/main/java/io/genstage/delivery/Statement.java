package io.genstage.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What a handler says of one object.
 *
 * @param member the object that it names, which may be anything
 */
record Statement(@Nullable Object member, Answer answer) {
}
