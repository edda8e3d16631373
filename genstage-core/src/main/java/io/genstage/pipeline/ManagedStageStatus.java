package io.genstage.pipeline;

import java.util.Optional;

import io.genstage.StageKind;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * A stage of a pipeline at some moment.
 *
 * @param name the stage's name
 * @param kind its kind
 * @param state where it stands
 * @param numbers what the engine knows of it, or {@code null} if it was never started;
 * the last numbers if it has ended
 */
public record ManagedStageStatus(String name, StageKind kind, StageState state, @Nullable StageStatus numbers) {

	/**
	 * Returns the numbers of a stage that was started.
	 * @return the numbers, or nothing if it was never started
	 */
	public Optional<StageStatus> started() {
		return Optional.ofNullable(this.numbers);
	}

}
