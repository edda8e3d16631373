package io.genstage.benchmarks.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.workload.Workload;

/**
 * Scores as tables in Markdown.
 */
final class MarkdownReport {

	private static final String NOT_MEASURED = "–";

	private final Scores scores;

	private final Environment environment;

	MarkdownReport(Scores scores, Environment environment) {
		this.scores = scores;
		this.environment = environment;
	}

	String text() {
		return """
				# Results

				%s

				## Millions of events per second: median [10th–90th percentile of the iterations]

				%s
				![medians](throughput.svg)

				## Goals, by the ratio of the medians

				%s
				## Ratio to the fastest bare hand-off of the same run

				%s
				## Ratio to the fastest reactive library of the same run

				%s
				## Ratio to the fastest of all peers of the same run

				%s
				## Settings

				%s""".formatted(environment(), table(this::spread), goals(), table(ratioTo(Yardstick.LIMIT)),
				table(ratioTo(Yardstick.REACTIVE)), table(ratioTo(Yardstick.PEERS)), settings());
	}

	private String environment() {
		return "%s; %d processors; %s; %s.".formatted(this.environment.system(), this.environment.processors(),
				this.scores.jvm(), String.join(", ", this.environment.versions()));
	}

	private String table(BiFunction<Workload, Contender, String> cell) {
		List<Workload> workloads = this.scores.workloads();
		StringBuilder table = new StringBuilder(
				row("contender", workloads.stream().map(MarkdownReport::label).toList()));
		table.append(row("---", workloads.stream().map((workload) -> "---").toList()));
		for (Contender contender : this.scores.contenders()) {
			table.append(row(contender.label(),
					workloads.stream().map((workload) -> cell.apply(workload, contender)).toList()));
		}
		return table.toString();
	}

	private String spread(Workload workload, Contender contender) {
		return this.scores.find(workload, contender)
			.map((score) -> "%s [%s–%s]".formatted(figure(score.median()), figure(score.percentile(10)),
					figure(score.percentile(90))))
			.orElse(NOT_MEASURED);
	}

	private BiFunction<Workload, Contender, String> ratioTo(Yardstick yardstick) {
		return (workload, contender) -> this.scores.find(workload, contender)
			.flatMap((score) -> yardstick.score(this.scores, workload)
				.map((best) -> figure(score.median() / best.median())))
			.orElse(NOT_MEASURED);
	}

	private String goals() {
		return Goal.all()
			.stream()
			.map(this::goal)
			.collect(Collectors.joining("",
					row("goal", List.of("workload", "contender", "beside", "at least", "measured", "met"))
							+ row("---", Collections.nCopies(6, "---")),
					""));
	}

	private String goal(Goal goal) {
		OptionalDouble ratio = goal.measure(this.scores);
		String beside = goal.yardstick()
			.score(this.scores, goal.workload())
			.map((score) -> "%s, %s".formatted(goal.yardstick().title(), score.contender().label()))
			.orElse(goal.yardstick().title());
		return row(goal.name(),
				List.of(label(goal.workload()), goal.contender().label(), beside, Double.toString(goal.ratio()),
						ratio.isPresent() ? figure(ratio.getAsDouble()) : NOT_MEASURED,
						ratio.isEmpty() ? NOT_MEASURED : (ratio.getAsDouble() >= goal.ratio()) ? "yes" : "no"));
	}

	private String settings() {
		return this.scores.contenders()
			.stream()
			.map((contender) -> row(contender.label(), List.of(contender.settings(), contender.reason())))
			.collect(Collectors.joining("",
					row("contender", List.of("settings", "why")) + row("---", List.of("---", "---")), ""));
	}

	private static String row(String first, List<String> others) {
		return "| %s | %s |\n".formatted(first, String.join(" | ", others));
	}

	private static String label(Workload workload) {
		return workload.name().toLowerCase(Locale.ROOT);
	}

	/** Returns three digits, more are not meant. */
	static String figure(double value) {
		int decimals = (value < 10) ? 2 : (value < 100) ? 1 : 0;
		return String.format(Locale.ROOT, "%." + decimals + "f", value);
	}

}
