package io.genstage.pipeline;

import io.genstage.ExitReason;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a stage at some moment.
 *
 * @param name the instance's name: that of the stage if it was defined with one instance,
 * or {@code stage#0}, {@code stage#1} and so on
 * @param state where it stands
 * @param cause why its last run ended or could not begin, or {@code null} while it runs
 * or was never started
 * @param restarts how often it was restarted because it had failed
 * @param numbers what the engine knows of it, summed up over its runs, or {@code null} if
 * it was never started
 */
public record InstanceStatus(String name, StageState state, @Nullable ExitReason cause, long restarts,
		@Nullable StageStatus numbers) {
}
