package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.genstage.pipeline.PipelineState;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a run that is over, in one line.
 *
 * @param pipeline the pipeline's name
 * @param state how it has ended
 * @param totals what has gone through it
 * @param time how long it took
 * @param exitCode that of the application if it ends with the pipeline, or {@code null}
 */
record RunSummary(String pipeline, PipelineState state, RunTotals totals, Duration time, @Nullable Integer exitCode) {

	/** Returns whether it has come to an end of its own without a loss. */
	boolean isGood() {
		return (this.state == PipelineState.COMPLETED || this.state == PipelineState.STOPPED)
				&& this.totals.lost() == 0;
	}

	@Override
	public String toString() {
		return "pipeline '%s' %s after %d ms: %d events read, %d handled%s%s, %d discarded%s%s%s".formatted(
				this.pipeline, end(), this.time.toMillis(), this.totals.read(), this.totals.handled(),
				some("dead letter", "dead letters", this.totals.deadLettered()),
				some("skipped", "skipped", this.totals.skipped()), this.totals.lost(), where(this.totals.discarded()),
				slowest(), (this.exitCode != null) ? "; exit code %d".formatted(this.exitCode) : "");
	}

	private String end() {
		return switch (this.state) {
			case COMPLETED -> "has completed";
			case FAILED -> "has failed";
			case STOPPED -> "has stopped";
			default -> "was given up";
		};
	}

	/** Nothing where there are none, as mostly. */
	private static String some(String one, String several, Map<String, Long> numbers) {
		long sum = numbers.values().stream().mapToLong(Long::longValue).sum();
		return (sum > 0) ? ", %d %s%s".formatted(sum, (sum == 1) ? one : several, where(numbers)) : "";
	}

	private String slowest() {
		return this.totals.slowest()
			.filter((stage) -> this.totals.worked().size() > 1 && worked(stage) > 0)
			.map((stage) -> "; '%s' was busiest, %d ms".formatted(stage, worked(stage)))
			.orElse("");
	}

	/** Returns for how many milliseconds a stage was at work. */
	private long worked(String stage) {
		return TimeUnit.NANOSECONDS.toMillis(this.totals.worked().getOrDefault(stage, 0L));
	}

	private static String where(Map<String, Long> numbers) {
		return numbers.isEmpty() ? ""
				: numbers.entrySet()
					.stream()
					.map((stage) -> "%s: %d".formatted(stage.getKey(), stage.getValue()))
					.collect(Collectors.joining(", ", " (", ")"));
	}

}
