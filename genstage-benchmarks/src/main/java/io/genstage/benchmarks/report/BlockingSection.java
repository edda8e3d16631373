package io.genstage.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.genstage.benchmarks.BlockingBenchmark;
import io.genstage.benchmarks.BlockingContender;

/**
 * W9 in the report.
 */
final class BlockingSection implements Section {

	private static final int MOST = 64;

	private final Results results;

	BlockingSection(Results results) {
		this.results = results.of(BlockingBenchmark.class, "events");
	}

	@Override
	public boolean isMeasured() {
		return !this.results.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("contender", "concurrency", "events per second", "÷ plain threads");
		for (Result result : this.results.results()) {
			BlockingContender contender = contender(result);
			int concurrency = result.number("concurrency");
			table.add(contender.label(), Integer.toString(concurrency), Table.spread(result.metric("events")),
					Table.figure(result.median("events") / median(contender.bound(), concurrency)));
		}
		Goals goals = new Goals()
			.atLeast("pipeline on virtual threads, 64 at once: ÷ plain virtual threads",
					ratio(BlockingContender.PIPELINE_VIRTUAL), 0.95)
			.atLeast("pipeline on a pool, 64 at once: ÷ plain threads", ratio(BlockingContender.PIPELINE_POOL), 0.9);
		return """
				## Blocking handlers: events per second, each handled by a sleep of 1 ms

				Plain threads do nothing but the same sleeps, which take longer than asked for: they are the limit.

				%s
				%s
				![events per second against concurrency](concurrency.svg)
				""".formatted(table.text(), goals.text());
	}

	private double ratio(BlockingContender ours) {
		return median(ours, MOST) / median(ours.bound(), MOST);
	}

	private double median(BlockingContender contender, int concurrency) {
		return this.results.with("contender", contender)
			.with("concurrency", concurrency)
			.first()
			.map((result) -> result.median("events"))
			.orElse(Double.NaN);
	}

	private static BlockingContender contender(Result result) {
		return BlockingContender.valueOf(result.param("contender"));
	}

	@Override
	public Map<String, String> plots() {
		CurvePlot plot = new CurvePlot("events per second, 1 ms of blocking each", "concurrency");
		Arrays.stream(BlockingContender.values())
			.forEach((contender) -> plot.curve(contender.label(), points(contender)));
		return Map.of("concurrency.svg", plot.text());
	}

	private SortedMap<Integer, Double> points(BlockingContender contender) {
		SortedMap<Integer, Double> points = new TreeMap<>();
		List<Result> measured = this.results.with("contender", contender).results();
		measured.forEach((result) -> points.put(result.number("concurrency"), result.median("events")));
		return points;
	}

}
