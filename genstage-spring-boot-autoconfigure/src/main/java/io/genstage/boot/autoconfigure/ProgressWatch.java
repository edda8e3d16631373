package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.SourceProgress;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageState;
import io.genstage.thread.StageScheduler.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the sources of each pipeline from time to time, as long as one of them says
 * how far it is and isn't at its end. A pipeline without such a source is looked at once.
 */
final class ProgressWatch implements PipelineListener, AutoCloseable {

	private final StageRegistry registry;

	private final StageSystem system;

	private final Duration every;

	private final ProgressOutput output;

	private final Map<String, Watch> watches = new ConcurrentHashMap<>();

	private volatile boolean closed;

	/**
	 * Creates what looks at the pipelines.
	 * @param every how much time there is between two looks; nobody looks if it is zero
	 * @param output where it is shown what was seen
	 */
	ProgressWatch(StageRegistry registry, StageSystem system, Duration every, ProgressOutput output) {
		this.registry = registry;
		this.system = system;
		this.every = every;
		this.output = output;
	}

	@Override
	public void onStageChange(StageChange change) {
		if (change.to() == StageState.RUNNING && !this.every.isZero() && !this.closed) {
			Watch watch = new Watch(change.pipeline(), this.system.scheduler().nanoTime());
			if (this.watches.putIfAbsent(change.pipeline(), watch) == null) {
				lookLater(watch);
			}
		}
	}

	/** The end is shown by others; no timer is left behind. */
	@Override
	public void onPipelineChange(PipelineChange change) {
		if (change.to() == PipelineState.COMPLETED || change.to() == PipelineState.STOPPED) {
			Watch watch = this.watches.get(change.pipeline());
			if (watch != null) {
				end(watch);
			}
		}
	}

	private void end(Watch watch) {
		if (this.watches.remove(watch.pipeline(), watch)) {
			watch.cancel();
			this.output.end(watch.pipeline());
		}
	}

	private void lookLater(Watch watch) {
		watch.waitFor(
				this.system.scheduler().schedule(this.every, () -> this.system.executor().execute(() -> look(watch))));
	}

	private void look(Watch watch) {
		if (!this.closed
				&& this.registry.pipeline(watch.pipeline()).filter((status) -> see(watch, status)).isPresent()) {
			lookLater(watch);
		}
		else {
			end(watch);
		}
	}

	/** Returns whether there is something to be seen later. */
	private boolean see(Watch watch, PipelineStatus pipeline) {
		Duration between = watch.lookAt(this.system.scheduler().nanoTime());
		List<SourceReading> readings = new ArrayList<>();
		boolean goesOn = false;
		for (ManagedStageStatus stage : pipeline.stages()) {
			StageStatus status = stage.started().orElse(null);
			SourceProgress progress = (status != null) ? status.progress() : null;
			if (status != null && progress != null) {
				readings.add(SourceReading.of(stage.name(), progress, watch.before(stage.name(), progress), between));
				goesOn = goesOn || (status.isRunning() && !progress.isComplete());
			}
		}
		if (!readings.isEmpty()) {
			this.output.show(pipeline.name(), readings);
		}
		return goesOn;
	}

	/** Nothing is looked at any more. */
	@Override
	public void close() {
		this.closed = true;
		this.watches.values().forEach(this::end);
	}

	/**
	 * A pipeline that is looked at, by one thread at a time.
	 */
	private static final class Watch {

		private final String pipeline;

		private final Map<String, SourceProgress> before = new HashMap<>();

		private volatile @Nullable Timer timer;

		private volatile boolean over;

		private long lookedAt;

		Watch(String pipeline, long lookedAt) {
			this.pipeline = pipeline;
			this.lookedAt = lookedAt;
		}

		String pipeline() {
			return this.pipeline;
		}

		/** Whoever comes second of this and the end cancels the timer. */
		void waitFor(Timer next) {
			this.timer = next;
			if (this.over) {
				next.cancel();
			}
		}

		void cancel() {
			this.over = true;
			Timer waiting = this.timer;
			if (waiting != null) {
				waiting.cancel();
			}
		}

		/** Returns how much time has passed since the last look. */
		Duration lookAt(long now) {
			Duration between = Duration.ofNanos(now - this.lookedAt);
			this.lookedAt = now;
			return between;
		}

		/** Returns what was seen by the last look; at the beginning nothing was done. */
		SourceProgress before(String stage, SourceProgress now) {
			SourceProgress before = this.before.put(stage, now);
			return (before != null) ? before : new SourceProgress(0, now.total(), now.measure());
		}

	}

}
