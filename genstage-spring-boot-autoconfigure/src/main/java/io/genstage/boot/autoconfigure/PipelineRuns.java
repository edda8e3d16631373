package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Follows each run of each pipeline, from its start until no stage of it runs any more:
 * keeps the JVM alive as long, and sums it up at the end.
 */
final class PipelineRuns implements PipelineListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(PipelineRuns.class);

	private final StageRegistry registry;

	private final @Nullable KeepAlive keepAlive;

	private final @Nullable ExitOnCompletion exit;

	private final Map<String, OpenRun> open = new ConcurrentHashMap<>();

	private final Map<String, RunTotals> earlier = new ConcurrentHashMap<>();

	/**
	 * Creates what follows the runs.
	 * @param keepAlive keeps the JVM alive while there are any, or {@code null}
	 * @param exit ends the application with one of the pipelines, or {@code null}
	 */
	PipelineRuns(StageRegistry registry, @Nullable KeepAlive keepAlive, @Nullable ExitOnCompletion exit) {
		this.exit = exit;
		this.registry = registry;
		this.keepAlive = keepAlive;
	}

	@Override
	public void onPipelineChange(PipelineChange change) {
		if (change.from() == PipelineState.CREATED) {
			// Made anew with the context: it counts from zero.
			this.earlier.remove(change.pipeline());
		}
		if (change.to() == PipelineState.RUNNING) {
			begin(change.pipeline());
		}
	}

	private void begin(String pipeline) {
		OpenRun run = new OpenRun(pipeline, System.nanoTime());
		if (this.open.putIfAbsent(pipeline, run) != null) {
			// A stage that had failed runs again, beside others that have gone on.
			return;
		}
		if (this.keepAlive != null) {
			this.keepAlive.hold(run);
		}
		this.registry.pipeline(pipeline)
			.ifPresent(
					(status) -> this.registry.whenEnded(status.stages().get(0).name()).thenAccept((state) -> end(run)));
	}

	/** A handler that is stuck doesn't keep a run open that has been given up. */
	@Override
	public void onDrained(DrainReport report) {
		OpenRun run = this.open.get(report.pipeline());
		if (run != null) {
			end(run);
		}
	}

	/** A pipeline that keeps its last stages is gone with them. */
	@Override
	public void onStageRemoved(String pipeline, String stage) {
		if (this.registry.stage(stage).isPresent()) {
			this.earlier.remove(pipeline);
		}
	}

	private void end(OpenRun run) {
		if (this.open.remove(run.pipeline(), run)) {
			if (this.keepAlive != null) {
				this.keepAlive.release(run);
			}
			this.registry.pipeline(run.pipeline()).ifPresent((status) -> sumUp(status, run));
		}
	}

	private void sumUp(PipelineStatus status, OpenRun run) {
		RunTotals totals = RunTotals.of(status);
		RunTotals earlier = this.earlier.put(status.name(), totals);
		RunSummary summary = new RunSummary(status.name(), status.state(),
				(earlier != null) ? totals.since(earlier) : totals, Duration.ofNanos(System.nanoTime() - run.began()),
				(this.exit != null) ? this.exit.codeOf(status) : null);
		if (summary.isGood()) {
			logger.info(summary);
		}
		else {
			logger.warn(summary);
		}
	}

	@Override
	public void close() {
		if (this.keepAlive != null) {
			this.open.values().forEach(this.keepAlive::release);
		}
		this.open.clear();
	}

	/**
	 * A run that has not ended.
	 */
	private record OpenRun(String pipeline, long began) {
	}

}
