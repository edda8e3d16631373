package io.genstage.benchmarks.report;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.genstage.benchmarks.GrowthBenchmark;
import io.genstage.benchmarks.workload.DispatcherKind;

/**
 * W10 in the report, by consumers.
 */
final class GrowthSection implements Section {

	private static final int NANOS = 1000;

	private final Results results;

	GrowthSection(Results results) {
		this.results = results.of(GrowthBenchmark.class, "deliveries");
	}

	@Override
	public boolean isMeasured() {
		return !this.results.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("dispatcher", "consumers", "ns per delivery");
		this.results.results()
			.forEach((result) -> table.add(DispatcherKind.valueOf(result.param("dispatcher")).label(),
					result.param("consumers"), Table.figure(cost(result))));
		Goals goals = new Goals();
		Arrays.stream(DispatcherKind.values())
			.filter((dispatcher) -> !costs(dispatcher).isEmpty())
			.forEach((dispatcher) -> goals.atMost(dispatcher.label() + ": dearest ÷ fewest consumers",
					Costs.growth(costs(dispatcher)), 2));
		return """
				## Growth: nanoseconds per delivery by consumers of one producer

				An event that all consumers get counts once for each of them.

				%s
				%s
				![cost against consumers](growth.svg)
				""".formatted(table.text(), goals.text());
	}

	private static double cost(Result result) {
		return NANOS / result.median("events");
	}

	private SortedMap<Integer, Double> costs(DispatcherKind dispatcher) {
		SortedMap<Integer, Double> costs = new TreeMap<>();
		this.results.with("dispatcher", dispatcher)
			.results()
			.forEach((result) -> costs.put(result.number("consumers"), cost(result)));
		return costs;
	}

	@Override
	public Map<String, String> plots() {
		CurvePlot plot = new CurvePlot("nanoseconds per delivery", "consumers");
		Arrays.stream(DispatcherKind.values())
			.forEach((dispatcher) -> plot.curve(dispatcher.label(), costs(dispatcher)));
		return Map.of("growth.svg", plot.text());
	}

}
