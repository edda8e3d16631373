package io.genstage.pipeline;

import io.genstage.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * A change of the state of a managed stage.
 *
 * @param pipeline the pipeline's name
 * @param stage the stage's name
 * @param from the state before
 * @param to the state now
 * @param cause why an instance ended that has made it change, or {@code null} if none has
 */
public record StageChange(String pipeline, String stage, StageState from, StageState to, @Nullable ExitReason cause) {
}
