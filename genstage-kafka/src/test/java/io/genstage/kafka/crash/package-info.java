/**
 * Processes that read a link together, of which one is killed or leaves, and what they
 * have handled.
 */
@NullMarked
package io.genstage.kafka.crash;

import org.jspecify.annotations.NullMarked;
