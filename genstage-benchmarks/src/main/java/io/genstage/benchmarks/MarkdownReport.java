package io.genstage.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

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

				## Ratio to the fastest bare hand-off of the same run

				%s
				## Ratio to the fastest reactive library of the same run

				%s
				## Settings

				%s""".formatted(environment(), table(this::spread), table(ratioTo(Contender.Kind.LIMIT)),
				table(ratioTo(Contender.Kind.REACTIVE)), settings());
	}

	private String environment() {
		return "%s; %d processors; %s; %s.".formatted(this.environment.system(), this.environment.processors(),
				this.scores.jvm(), String.join(", ", this.environment.versions()));
	}

	private String table(BiFunction<Workload, Contender, String> cell) {
		List<Workload> workloads = this.scores.workloads();
		StringBuilder table = new StringBuilder(row("contender",
				workloads.stream().map((workload) -> workload.name().toLowerCase(Locale.ROOT)).toList()));
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

	private BiFunction<Workload, Contender, String> ratioTo(Contender.Kind kind) {
		return (workload, contender) -> this.scores.find(workload, contender)
			.flatMap((score) -> this.scores.best(workload, kind).map((best) -> figure(score.median() / best.median())))
			.orElse(NOT_MEASURED);
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

	/** Returns three digits, more are not meant. */
	private static String figure(double value) {
		int decimals = (value < 10) ? 2 : (value < 100) ? 1 : 0;
		return String.format(Locale.ROOT, "%." + decimals + "f", value);
	}

}
