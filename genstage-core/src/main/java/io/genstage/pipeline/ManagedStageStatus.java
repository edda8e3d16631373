package io.genstage.pipeline;

import java.util.List;
import java.util.Optional;

import io.genstage.StageKind;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * A stage of a pipeline at some moment.
 *
 * @param name the stage's name
 * @param kind its kind
 * @param state where it stands: {@link StageState#FAILED} if one of its instances has
 * failed for good, though others may go on
 * @param pauseWanted whether somebody has paused it, whatever its state
 * @param numbers what the engine knows of it, summed up over its instances and their
 * runs, or {@code null} if it was never started
 * @param instances its instances, also those that are being taken away
 */
public record ManagedStageStatus(String name, StageKind kind, StageState state, boolean pauseWanted,
		@Nullable StageStatus numbers, List<InstanceStatus> instances) {

	public ManagedStageStatus {
		instances = List.copyOf(instances);
	}

	/**
	 * Returns the numbers of a stage that was started.
	 * @return the numbers, or nothing if it was never started
	 */
	public Optional<StageStatus> started() {
		return Optional.ofNullable(this.numbers);
	}

	/**
	 * Returns how often the stage was restarted because it had failed.
	 * @return the sum over its instances
	 */
	public long restarts() {
		return this.instances.stream().mapToLong(InstanceStatus::restarts).sum();
	}

}
