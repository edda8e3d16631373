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

	private final Svg svg = new Svg();

	private int y = LINE;

	SvgPlot(Scores scores) {
		this.scores = scores;
	}

	/** Returns the picture; to be called once. */
	String text() {
		this.scores.workloads().forEach(this::drawBlock);
		return this.svg.document(WIDTH, this.y);
	}

	private void drawBlock(Workload workload) {
		List<Score> block = this.scores.scores()
			.stream()
			.filter((score) -> score.workload() == workload)
			.sorted(Comparator.comparingDouble(Score::median).reversed())
			.toList();
		double longest = block.stream().mapToDouble((score) -> score.percentile(90)).max().orElseThrow();
		this.svg.title(LABELS, this.y, workload.name().toLowerCase(Locale.ROOT) + ", millions of events per second");
		this.y += LINE / 2;
		block.forEach((score) -> drawBar(score, BARS / longest));
		this.y += 2 * LINE;
	}

	private void drawBar(Score score, double scale) {
		int middle = this.y + LINE / 2;
		this.svg.text(LABELS - 6, middle + 4, "end", score.contender().label());
		this.svg.bar(LABELS, this.y + 2, score.median() * scale, LINE - 4, colour(score.contender().kind()));
		this.svg.line(LABELS + score.percentile(10) * scale, middle, LABELS + score.percentile(90) * scale, middle,
				Svg.INK);
		this.svg.text(LABELS + score.percentile(90) * scale + 4, middle + 4, "start",
				MarkdownReport.figure(score.median()));
		this.y += LINE;
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
