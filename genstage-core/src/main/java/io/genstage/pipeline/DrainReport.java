package io.genstage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of the events that were under way when a pipeline was drained.
 *
 * @param pipeline the pipeline's name
 * @param stages what became of those of each stage
 */
public record DrainReport(String pipeline, List<Outcome> stages) {

	public DrainReport {
		stages = List.copyOf(stages);
	}

	/**
	 * Returns whether everything that was under way has been handled.
	 * @return {@code true} if no stage has a remainder
	 */
	public boolean isComplete() {
		return remainders().isEmpty();
	}

	/**
	 * Returns the stages that did not finish: those that were still running at the
	 * deadline, those that hold or have lost events, and those that have emitted events
	 * which have no outcome.
	 * @return the stages, none if all is well
	 */
	public List<Outcome> remainders() {
		return this.stages.stream().filter(Outcome::isUnfinished).toList();
	}

	@Override
	public String toString() {
		return "pipeline '%s' %s (%s)".formatted(this.pipeline, result(),
				this.stages.stream().map(Outcome::achievement).collect(Collectors.joining(", ")));
	}

	private String result() {
		return isComplete() ? "has been drained, nothing is left" : "has not been drained: "
				+ remainders().stream().map(Outcome::toString).collect(Collectors.joining("; "));
	}

	/**
	 * What became of the events of one stage.
	 *
	 * @param stage the stage's name
	 * @param finished how many events it has handled, or emitted if it is a producer,
	 * while it was drained
	 * @param left how many events it holds at the end of the drain
	 * @param lost how many events it has discarded while it was drained
	 * @param open how many of the events with a settlement that it has emitted had no
	 * outcome at the deadline. They are left to their sources, which get to know that
	 * they have failed, as soon as the stages that hold them have stopped
	 * @param time how long it took from the beginning of the drain to its end, or to the
	 * deadline if it was still running; about zero if it had ended before
	 * @param unfinished the names of its instances that were still running at the
	 * deadline
	 * @param stuck the names of those whose callback had not returned from events by then
	 */
	public record Outcome(String stage, long finished, long left, long lost, long open, Duration time,
			List<String> unfinished, List<String> stuck) {

		public Outcome {
			unfinished = List.copyOf(unfinished);
			stuck = List.copyOf(stuck);
		}

		/**
		 * Returns whether it was still running at the deadline.
		 * @return {@code true} if one of its instances was
		 */
		public boolean running() {
			return !this.unfinished.isEmpty();
		}

		private String achievement() {
			return "%s: %d finished in %d ms".formatted(this.stage, this.finished, this.time.toMillis());
		}

		boolean isUnfinished() {
			return running() || this.left > 0 || this.lost > 0 || this.open > 0;
		}

		@Override
		public String toString() {
			String outcome = "stage '%s' %s with %d events left and %d lost".formatted(this.stage,
					running() ? "was still running" : "has ended", this.left, this.lost);
			if (this.open > 0) {
				outcome += ", and %d of its events open".formatted(this.open);
			}
			return this.stuck.isEmpty() ? outcome
					: outcome + " (still in a callback: %s)".formatted(String.join(", ", this.stuck));
		}

	}

}
