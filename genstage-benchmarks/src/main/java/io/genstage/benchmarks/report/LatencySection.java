package io.genstage.benchmarks.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.genstage.benchmarks.LatencyBenchmark;
import io.genstage.benchmarks.LineContender;

/**
 * W6 in the report.
 */
final class LatencySection implements Section {

	private static final List<Integer> IDLENESS = List.of(1000, 0);

	private final Results results;

	LatencySection(Results results) {
		this.results = results.of(LatencyBenchmark.class, "hop");
	}

	@Override
	public boolean isMeasured() {
		return !this.results.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("contender", "idle before each event, µs", "p50", "p90", "p99");
		Goals goals = new Goals();
		for (int idle : IDLENESS) {
			sorted(idle).forEach((result) -> table.add(contender(result).label(), Integer.toString(idle),
					Table.spread(result.metric("p50")), Table.spread(result.metric("p90")),
					Table.spread(result.metric("p99"))));
			for (String metric : List.of("p50", "p99")) {
				add(goals, idle, metric);
			}
		}
		return """
				## Latency: microseconds per hop, one event at a time through three stages

				Median [10th–90th percentile] of the iterations' percentiles.

				%s
				%s
				![p50 and p99](latency.svg)
				""".formatted(table.text(), goals.text());
	}

	private void add(Goals goals, int idle, String metric) {
		for (LineContender ours : List.of(LineContender.STAGES, LineContender.STAGES_POOL)) {
			double measured = median(ours, idle, metric);
			String what = "%s, %s, %d µs idle".formatted(ours.label(), metric, idle);
			goals.atMost(what + ": ÷ bare hand-off", measured / median(LineContender.HANDOFF_POOL, idle, metric), 1.25);
			goals.atMost(what + ": ÷ Jox", measured / median(LineContender.JOX, idle, metric), 1);
		}
	}

	private double median(LineContender contender, int idle, String metric) {
		return this.results.with("idle", idle)
			.with("contender", contender)
			.first()
			.map((result) -> result.median(metric))
			.orElse(Double.NaN);
	}

	private List<Result> sorted(int idle) {
		return this.results.with("idle", idle)
			.results()
			.stream()
			.sorted(Comparator.comparingDouble((result) -> result.median("p50")))
			.toList();
	}

	private static LineContender contender(Result result) {
		return LineContender.valueOf(result.param("contender"));
	}

	@Override
	public Map<String, String> plots() {
		BarPlot plot = new BarPlot();
		for (int idle : IDLENESS) {
			plot.block("microseconds per hop, p50 / p99, %d µs idle".formatted(idle),
					sorted(idle).stream()
						.map((result) -> new BarPlot.Bar(contender(result).label(), contender(result).kind(),
								result.median("p50"), result.median("p99")))
						.toList());
		}
		return Map.of("latency.svg", plot.text());
	}

}
