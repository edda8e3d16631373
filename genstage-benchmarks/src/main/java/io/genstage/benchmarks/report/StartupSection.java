package io.genstage.benchmarks.report;

import java.util.Map;

import io.genstage.benchmarks.StartupApplications;
import io.genstage.benchmarks.StartupBenchmark;
import io.genstage.benchmarks.StartupContender;
import io.genstage.benchmarks.StartupRun;

/**
 * W12 in the report.
 */
final class StartupSection implements Section {

	private static final int MILLIS = 150;

	private final Results results;

	StartupSection(Results results) {
		this.results = results.of(StartupBenchmark.class, "start");
	}

	@Override
	public boolean isMeasured() {
		return !this.results.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("application", "JVM", "ms");
		this.results.results()
			.forEach((result) -> table.add(StartupContender.valueOf(result.param("contender")).label(),
					isCached(result) ? "with an AOT cache" : "as it is", Table.spread(result.score())));
		String goal = "%d annotated stages%s: ms more";
		Goals goals = new Goals().atMost(goal.formatted(StartupApplications.STAGES, ""), more(false), MILLIS)
			.atMost(goal.formatted(StartupApplications.STAGES, ", AOT cache"), more(true), MILLIS);
		return """
				## Start-up: an application with %d annotated methods

				%s
				%s""".formatted(StartupApplications.STAGES, table.text(), goals.text());
	}

	private double more(boolean cached) {
		return median(StartupContender.WITH_STARTER, cached) - median(StartupContender.WITHOUT_STARTER, cached);
	}

	private double median(StartupContender contender, boolean cached) {
		return this.results.with("contender", contender)
			.results()
			.stream()
			.filter((result) -> isCached(result) == cached)
			.findFirst()
			.map((result) -> result.score().median())
			.orElse(Double.NaN);
	}

	private static boolean isCached(Result result) {
		return result.hasJvmArg(StartupRun.AOT_CACHE);
	}

	@Override
	public Map<String, String> plots() {
		return Map.of();
	}

}
