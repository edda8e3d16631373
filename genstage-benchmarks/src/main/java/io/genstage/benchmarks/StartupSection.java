package io.genstage.benchmarks;

import java.util.Map;

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
		Table table = new Table("application", "ms");
		this.results.results()
			.forEach((result) -> table.add(StartupContender.valueOf(result.param("contender")).label(),
					Table.spread(result.score())));
		Goals goals = new Goals().atMost("%d annotated stages: ms more".formatted(StartupApplications.STAGES),
				median(StartupContender.WITH_STARTER) - median(StartupContender.WITHOUT_STARTER), MILLIS);
		return """
				## Start-up: an application with %d annotated methods

				%s
				%s""".formatted(StartupApplications.STAGES, table.text(), goals.text());
	}

	private double median(StartupContender contender) {
		return this.results.with("contender", contender)
			.first()
			.map((result) -> result.score().median())
			.orElse(Double.NaN);
	}

	@Override
	public Map<String, String> plots() {
		return Map.of();
	}

}
