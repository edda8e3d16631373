package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.Locale;

import io.genstage.SourceProgress;
import io.genstage.StageStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineWindow;
import org.jspecify.annotations.Nullable;

/**
 * How far a producer has come with a source that may have an end.
 *
 * @param done how much is done
 * @param total how much there is in all, {@code null} if nobody knows
 * @param measure what is counted: events or bytes
 * @param secondsLeft how long the rest takes by the last interval, {@code null} if nobody
 * knows
 */
record ProgressDescriptor(long done, @Nullable Long total, String measure, @Nullable Long secondsLeft) {

	static @Nullable ProgressDescriptor of(@Nullable SourceProgress progress, @Nullable Duration left) {
		return (progress != null) ? new ProgressDescriptor(progress.done(), progress.total(), nameOf(progress),
				(left != null) ? left.toSeconds() : null) : null;
	}

	/**
	 * Returns what was seen of a stage.
	 * @param window the last interval of its pipeline, {@code null} if there is none
	 */
	static @Nullable ProgressDescriptor of(ManagedStageStatus stage, @Nullable PipelineWindow window) {
		SourceProgress now = progress(stage);
		return of(now, (now != null && window != null) ? left(stage.name(), now, window) : null);
	}

	private static @Nullable Duration left(String stage, SourceProgress now, PipelineWindow window) {
		SourceProgress before = window.before().stage(stage).map(ProgressDescriptor::progress).orElse(null);
		SourceProgress after = window.after().stage(stage).map(ProgressDescriptor::progress).orElse(null);
		if (now.isComplete()) {
			return Duration.ZERO;
		}
		return (before != null && after != null) ? after.timeLeft(before, window.length()).orElse(null) : null;
	}

	private static @Nullable SourceProgress progress(ManagedStageStatus stage) {
		return stage.started().map(StageStatus::progress).orElse(null);
	}

	private static String nameOf(SourceProgress progress) {
		return progress.measure().name().toLowerCase(Locale.ROOT);
	}

}
