package io.genstage.benchmarks.report;

import java.util.Map;

import io.genstage.benchmarks.AccountsBenchmark;

/**
 * W13 in the report.
 */
final class AccountsSection implements Section {

	private static final int[] DEMANDS = { 1, 1000 };

	private final Results results;

	AccountsSection(Results results) {
		this.results = results.of(AccountsBenchmark.class, "events");
	}

	@Override
	public boolean isMeasured() {
		return !this.results.isEmpty();
	}

	@Override
	public String text() {
		Table table = new Table("maximum demand", "accounts", "events per second");
		this.results.results()
			.forEach((result) -> table.add(result.param("maxDemand"), kept(result) ? "kept" : "none",
					Table.spread(result.metric("events"))));
		Goals goals = new Goals();
		for (int demand : DEMANDS) {
			goals.atLeast("maximum demand %d: with accounts ÷ without".formatted(demand),
					median(demand, true) / median(demand, false), 0.93);
		}
		return """
				## Accounts: what it costs a chain to know what its stages spend their time on

				%s
				%s
				""".formatted(table.text(), goals.text());
	}

	@Override
	public Map<String, String> plots() {
		return Map.of();
	}

	private double median(int demand, boolean accounts) {
		return this.results.with("maxDemand", demand)
			.with("accounts", accounts)
			.first()
			.map((result) -> result.median("events"))
			.orElse(Double.NaN);
	}

	private static boolean kept(Result result) {
		return Boolean.parseBoolean(result.param("accounts"));
	}

}
