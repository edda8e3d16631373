package io.genstage.benchmarks.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.workload.Workload;

/**
 * Scores as bars, one block per workload, the fastest first. A line across the end of a
 * bar reaches from the 10th to the 90th percentile.
 */
final class SvgPlot {

	private static final int LINE = 18;

	private static final int LABELS = 200;

	private static final int BARS = 600;

	private static final int WIDTH = LABELS + BARS + 80;

	private final Scores scores;

	private final StringBuilder body = new StringBuilder();

	private int y = LINE;

	SvgPlot(Scores scores) {
		this.scores = scores;
	}

	/** Returns the picture; to be called once. */
	String text() {
		this.scores.workloads().forEach(this::drawBlock);
		return """
				<svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
				font-family="sans-serif" font-size="12">
				<rect width="100%%" height="100%%" fill="white"/>
				%3$s</svg>
				""".formatted(WIDTH, this.y, this.body);
	}

	private void drawBlock(Workload workload) {
		List<Score> block = this.scores.scores()
			.stream()
			.filter((score) -> score.workload() == workload)
			.sorted(Comparator.comparingDouble(Score::median).reversed())
			.toList();
		double longest = block.stream().mapToDouble((score) -> score.percentile(90)).max().orElseThrow();
		draw("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s, millions of events per second</text>%n", LABELS, this.y,
				workload.name().toLowerCase(Locale.ROOT));
		this.y += LINE / 2;
		block.forEach((score) -> drawBar(score, BARS / longest));
		this.y += 2 * LINE;
	}

	private void drawBar(Score score, double scale) {
		int middle = this.y + LINE / 2;
		draw("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", LABELS - 6, middle + 4,
				score.contender().label());
		draw("<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n", LABELS, this.y + 2,
				score.median() * scale, LINE - 4, colour(score.contender().kind()));
		draw("<line x1=\"%.1f\" y1=\"%2$d\" x2=\"%3$.1f\" y2=\"%2$d\" stroke=\"black\"/>%n",
				LABELS + score.percentile(10) * scale, middle, LABELS + score.percentile(90) * scale);
		draw("<text x=\"%.1f\" y=\"%d\">%s</text>%n", LABELS + score.percentile(90) * scale + 4, middle + 4,
				MarkdownReport.figure(score.median()));
		this.y += LINE;
	}

	@SuppressWarnings("AnnotateFormatMethod") // no dependency for one annotation
	private void draw(String element, Object... values) {
		this.body.append(String.format(Locale.ROOT, element, values));
	}

	static String colour(Contender.Kind kind) {
		return switch (kind) {
			case OURS -> "#2a7f3e";
			case LIMIT -> "#b0b0b0";
			case REACTIVE -> "#3b6fb6";
			case PEER -> "#c98a2b";
		};
	}

}
