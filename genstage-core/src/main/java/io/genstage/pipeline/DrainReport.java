package io.genstage.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of the events that were under way when a pipeline was drained.
 *
 * @param pipeline the pipeline's name
 * @param remainders the stages that did not finish: those that were still running at the
 * deadline, and those that hold or have lost events; empty if all is well
 */
public record DrainReport(String pipeline, List<Remainder> remainders) {

	public DrainReport {
		remainders = List.copyOf(remainders);
	}

	/**
	 * Returns whether everything that was under way has been handled.
	 * @return {@code true} if no stage has a remainder
	 */
	public boolean isComplete() {
		return this.remainders.isEmpty();
	}

	@Override
	public String toString() {
		if (isComplete()) {
			return "pipeline '%s' has been drained, nothing is left".formatted(this.pipeline);
		}
		return "pipeline '%s' has not been drained: %s".formatted(this.pipeline,
				this.remainders.stream().map(Remainder::toString).collect(Collectors.joining("; ")));
	}

	/**
	 * What one stage has not finished.
	 *
	 * @param stage the stage's name
	 * @param running whether it was still running at the deadline
	 * @param left how many events it holds at the end of the drain
	 * @param lost how many events it has discarded while it was drained
	 */
	public record Remainder(String stage, boolean running, long left, long lost) {

		boolean isUnfinished() {
			return this.running || this.left > 0 || this.lost > 0;
		}

		@Override
		public String toString() {
			return "stage '%s' %s with %d events left and %d lost".formatted(this.stage,
					this.running ? "was still running" : "has ended", this.left, this.lost);
		}

	}

}
