package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.stream.Collectors;

import io.genstage.pipeline.PipelineState;

/**
 * What there is to say of a run that is over, in one line.
 *
 * @param pipeline the pipeline's name
 * @param state how it has ended
 * @param totals what has gone through it
 * @param time how long it took
 */
record RunSummary(String pipeline, PipelineState state, RunTotals totals, Duration time) {

	/** Returns whether it has come to an end of its own without a loss. */
	boolean isGood() {
		return (this.state == PipelineState.COMPLETED || this.state == PipelineState.STOPPED)
				&& this.totals.lost() == 0;
	}

	@Override
	public String toString() {
		return "pipeline '%s' %s after %d ms: %d events read, %d handled, %d discarded%s".formatted(this.pipeline,
				end(), this.time.toMillis(), this.totals.read(), this.totals.handled(), this.totals.lost(), where());
	}

	private String end() {
		return switch (this.state) {
			case COMPLETED -> "has completed";
			case FAILED -> "has failed";
			case STOPPED -> "has stopped";
			default -> "was given up";
		};
	}

	private String where() {
		return this.totals.discarded().isEmpty() ? ""
				: this.totals.discarded()
					.entrySet()
					.stream()
					.map((stage) -> "%s: %d".formatted(stage.getKey(), stage.getValue()))
					.collect(Collectors.joining(", ", " (", ")"));
	}

}
