/**
 * Events that a stage could not handle, kept until somebody decides about them: what is
 * known of one, and the store of them. It knows nothing of stages, which write to it, nor
 * of the desk in {@code io.genstage.desk}, which stands above both.
 */
@NullMarked
package io.genstage.deadletter;

import org.jspecify.annotations.NullMarked;
