package io.genstage.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

import io.genstage.benchmarks.FootprintBenchmark;
import io.genstage.benchmarks.LineContender;

/**
 * W7 in the report.
 */
final class FootprintSection implements Section {

	private static final int BYTES = 1536;

	/** Half a percent of a processor, which an idle JVM takes too. */
	private static final double IDLE = 0.5;

	private final Results start;

	private final Results idle;

	private final Results cross;

	FootprintSection(Results results) {
		this.start = results.of(FootprintBenchmark.class, "start");
		this.idle = results.of(FootprintBenchmark.class, "idle");
		this.cross = results.of(FootprintBenchmark.class, "cross");
	}

	@Override
	public boolean isMeasured() {
		return !this.start.isEmpty() || !this.idle.isEmpty() || !this.cross.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("contender", "start, cold JVM, ms", "start again, ms", "heap, bytes a stage",
				"more threads", "processor time idle, %", "the same without stages, %", "through 1000 stages, p50 µs",
				"p99 µs");
		Arrays.stream(LineContender.values()).filter(this::isMeasured).forEach((contender) -> add(table, contender));
		Goals goals = new Goals();
		List.of(LineContender.STAGES, LineContender.STAGES_POOL).forEach((ours) -> add(goals, ours));
		return """
				## Footprint: %d stages in lines of %d

				%s
				%s""".formatted(stages(), FootprintBenchmark.STAGES, table.text(), goals.text());
	}

	private int stages() {
		return this.start.first()
			.or(this.idle::first)
			.or(this.cross::first)
			.map((result) -> result.number("lines") * FootprintBenchmark.STAGES)
			.orElseThrow();
	}

	private boolean isMeasured(LineContender contender) {
		return List.of(this.start, this.idle, this.cross)
			.stream()
			.anyMatch((results) -> !results.with("contender", contender).isEmpty());
	}

	private void add(Table table, LineContender contender) {
		table.add(contender.label(), cell(this.start, contender, (result) -> result.score().first().median()),
				cell(this.start, contender, (result) -> result.score().median()),
				cell(this.idle, contender, (result) -> result.median("heap")),
				cell(this.idle, contender, (result) -> result.median("threads")),
				cell(this.idle, contender, FootprintSection::idlePercent),
				cell(this.idle, contender, (result) -> percent(result, "cpuBefore")),
				cell(this.cross, contender, (result) -> result.median("p50")),
				cell(this.cross, contender, (result) -> result.median("p99")));
	}

	private static double idlePercent(Result result) {
		return percent(result, "cpu");
	}

	private static double percent(Result result, String metric) {
		return result.median(metric) / (10.0 * result.number("idleMillis"));
	}

	private static String cell(Results results, LineContender contender, ToDoubleFunction<Result> value) {
		Optional<Result> result = results.with("contender", contender).first();
		return result.map((found) -> Table.figure(value.applyAsDouble(found))).orElse(Table.NOTHING);
	}

	private void add(Goals goals, LineContender ours) {
		String name = ours.label() + ": ";
		goals.atMost(name + "bytes of heap a stage", of(this.idle, ours, (result) -> result.median("heap")), BYTES);
		goals.atMost(name + "threads that come with the stages",
				of(this.idle, ours, (result) -> result.median("threads")), 0);
		goals.atMost(name + "processor time idle beyond that without stages, %",
				of(this.idle, ours, (result) -> idlePercent(result) - percent(result, "cpuBefore")), IDLE);
		goals.atMost(name + "start in a cold JVM ÷ Reactor",
				ratio(this.start, ours, LineContender.REACTOR, (result) -> result.score().first().median()), 1);
		goals.atMost(name + "start again ÷ Reactor",
				ratio(this.start, ours, LineContender.REACTOR, (result) -> result.score().median()), 1);
		for (String metric : List.of("p50", "p99")) {
			goals.atMost(name + "through 1000 stages, " + metric + " ÷ bare hand-off",
					ratio(this.cross, ours, LineContender.HANDOFF_POOL, (result) -> result.median(metric)), 3);
			goals.atMost(name + "through 1000 stages, " + metric + " ÷ Jox",
					ratio(this.cross, ours, LineContender.JOX, (result) -> result.median(metric)), 1);
		}
	}

	private static double ratio(Results results, LineContender ours, LineContender other,
			ToDoubleFunction<Result> value) {
		return of(results, ours, value) / of(results, other, value);
	}

	private static double of(Results results, LineContender contender, ToDoubleFunction<Result> value) {
		return results.with("contender", contender).first().map(value::applyAsDouble).orElse(Double.NaN);
	}

	@Override
	public Map<String, String> plots() {
		return Map.of();
	}

}
