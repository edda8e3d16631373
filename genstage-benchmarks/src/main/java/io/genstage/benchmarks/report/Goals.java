package io.genstage.benchmarks.report;

/**
 * The goals of one benchmark, and whether they are met.
 */
final class Goals {

	private final Table table = new Table("goal", "measured", "limit", "met");

	/** Adds a goal that is met up to a limit; without a measured value it says so. */
	Goals atMost(String goal, double measured, double limit) {
		return add(goal, measured, "≤ " + Table.figure(limit), measured <= limit);
	}

	/** Adds a goal that is met from a limit on. */
	Goals atLeast(String goal, double measured, double limit) {
		return add(goal, measured, "≥ " + Table.figure(limit), measured >= limit);
	}

	private Goals add(String goal, double measured, String limit, boolean met) {
		if (Double.isNaN(measured)) {
			this.table.add(goal, Table.NOTHING, limit, "not measured");
		}
		else {
			this.table.add(goal, Table.figure(measured), limit, met ? "yes" : "**no**");
		}
		return this;
	}

	/** Returns a table in Markdown. */
	String text() {
		return this.table.text();
	}

}
