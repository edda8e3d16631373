/**
 * What links need of an application: how its events become messages, and which ends of
 * links it has. {@code LinkConverter}, {@code LinkHeaders} and {@code LinkEnd} are API.
 */
@NullMarked
package io.genstage.boot.link;

import org.jspecify.annotations.NullMarked;
