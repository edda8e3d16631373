package io.genstage.benchmarks.report;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.genstage.benchmarks.DemandBenchmark;

/**
 * W10 in the report, by maximum demand.
 */
final class DemandSection implements Section {

	private static final int MANY = 1000;

	private final Results throughput;

	private final Results latency;

	DemandSection(Results results) {
		this.throughput = results.of(DemandBenchmark.class, "throughput");
		this.latency = results.of(DemandBenchmark.class, "latency");
	}

	@Override
	public boolean isMeasured() {
		return !this.throughput.isEmpty() || !this.latency.isEmpty();
	}

	@Override
	public String text() {
		Table rates = new Table("work per event", "maximum demand", "events per second");
		this.throughput.results()
			.forEach((result) -> rates.add(label(result.number("work")), result.param("maxDemand"),
					Table.spread(result.metric("events"))));
		Table times = new Table("maximum demand", "p50, µs", "p90, µs", "p99, µs");
		this.latency.results()
			.forEach((result) -> times.add(result.param("maxDemand"), Table.figure(result.median("p50")),
					Table.figure(result.median("p90")), Table.figure(result.median("p99"))));
		Goals goals = new Goals();
		SortedMap<Integer, Double> free = rates(0);
		if (!free.isEmpty()) {
			goals.atMost("no work: dearest ÷ cheapest maximum demand", Costs.range(free), 2);
			if (!free.tailMap(MANY).isEmpty()) {
				goals.atMost("the same from %d on".formatted(MANY), Costs.range(free.tailMap(MANY)), 2);
			}
		}
		return """
				## Demand: what the maximum demand of one consumer does

				The minimum is half of it. The latency is the time from when an event is made until it is handled, with 1 µs of
				work per event and a producer that is always ahead: the events that wait are the demand.

				%s
				%s
				%s
				%s"""
			.formatted(rates.text(), times.text(), goals.text(), images());
	}

	private String images() {
		StringBuilder images = new StringBuilder();
		plots().keySet().stream().sorted().forEach((file) -> images.append("![%1$s](%1$s)\n".formatted(file)));
		return images.toString();
	}

	private static String label(int nanos) {
		return (nanos == 0) ? "none" : "%d µs".formatted(nanos / 1000);
	}

	private SortedMap<Integer, Double> rates(int work) {
		SortedMap<Integer, Double> rates = new TreeMap<>();
		this.throughput.with("work", work)
			.results()
			.forEach((result) -> rates.put(result.number("maxDemand"), result.median("events")));
		return rates;
	}

	@Override
	public Map<String, String> plots() {
		Map<String, String> plots = new HashMap<>();
		if (!this.throughput.isEmpty()) {
			CurvePlot plot = new CurvePlot("events per second", "maximum demand");
			this.throughput.results()
				.stream()
				.map((result) -> result.number("work"))
				.distinct()
				.forEach((work) -> plot.curve("work per event: " + label(work), rates(work)));
			plots.put("demand.svg", plot.text());
		}
		if (!this.latency.isEmpty()) {
			CurvePlot plot = new CurvePlot("microseconds from made to handled, 1 µs of work each", "maximum demand");
			for (String metric : new String[] { "p50", "p99" }) {
				SortedMap<Integer, Double> points = new TreeMap<>();
				this.latency.results()
					.forEach((result) -> points.put(result.number("maxDemand"), result.median(metric)));
				plot.curve(metric, points);
			}
			plots.put("demand-latency.svg", plot.text());
		}
		return plots;
	}

}
