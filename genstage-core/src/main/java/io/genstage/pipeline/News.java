package io.genstage.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds out what has changed and has it passed to the listeners. Used under the
 * pipeline's lock.
 */
final class News {

	private final String pipeline;

	private final Guard guard;

	private final List<PipelineListener> listeners;

	private final Map<String, StageState> known = new HashMap<>();

	private PipelineState knownState = PipelineState.CREATED;

	News(String pipeline, Guard guard, List<PipelineListener> listeners) {
		this.pipeline = pipeline;
		this.guard = guard;
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

	void tellDrained(DrainReport report) {
		tell((listener) -> listener.onDrained(report));
	}

	private void tell(Consumer<PipelineListener> news) {
		this.listeners.forEach((listener) -> this.guard.tell(() -> news.accept(listener)));
	}

}
