package io.genstage.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.genstage.flight.FlightLog;

/**
 * Finds out what has changed and has it passed to the listeners. Used under the
 * pipeline's lock.
 */
final class ChangePublisher {

	private final String pipeline;

	private final PipelineLock lock;

	private final List<PipelineListener> listeners;

	private final FlightLog flight = FlightLog.get();

	private final Map<String, StageState> known = new HashMap<>();

	private PipelineState knownState = PipelineState.CREATED;

	ChangePublisher(String pipeline, PipelineLock lock, List<PipelineListener> listeners) {
		this.pipeline = pipeline;
		this.lock = lock;
		this.listeners = List.copyOf(listeners);
	}

	/** Publishes what is different from the last time. */
	void tellChanges(Stages stages, PipelineState state) {
		for (ManagedStage stage : stages.all()) {
			StageState now = stage.state();
			StageState before = this.known.put(stage.name(), now);
			StageState from = (before != null) ? before : StageState.CREATED;
			if (from != now) {
				StageChange change = new StageChange(this.pipeline, stage.name(), from, now, stage.causeOf(now));
				this.flight.stateChanged(this.pipeline, stage.name(), from.name(), now.name());
				tell((listener) -> listener.onStageChange(change));
			}
		}
		PipelineState from = this.knownState;
		if (from != state) {
			this.knownState = state;
			PipelineChange change = new PipelineChange(this.pipeline, from, state);
			tell((listener) -> listener.onPipelineChange(change));
		}
	}

	/** Lets another stage get the name of one that is gone. */
	void forget(String stage) {
		this.known.remove(stage);
	}

	/** Publishes that a stage is gone. */
	void tellRemoved(String stage) {
		tell((listener) -> listener.onStageRemoved(this.pipeline, stage));
	}

	void tellDrained(DrainReport report, Duration time) {
		this.flight.drained(this.pipeline, report.isComplete(),
				report.stages().stream().mapToLong(DrainReport.Outcome::left).sum(),
				report.stages().stream().mapToLong(DrainReport.Outcome::lost).sum(), time);
		tell((listener) -> listener.onDrained(report));
	}

	/** Records that a setting was changed while its stage runs. */
	void noteSetting(String stage, String setting, String value) {
		this.flight.settingChanged(this.pipeline, stage, setting, value);
	}

	private void tell(Consumer<PipelineListener> news) {
		this.listeners.forEach((listener) -> this.lock.tell(() -> news.accept(listener)));
	}

}
