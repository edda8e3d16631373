package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * One metric of one benchmark.
 *
 * @param forks the iterations of each fork, in the order in which they ran; at least one
 */
record Samples(List<List<Double>> forks) {

	Samples {
		forks = forks.stream().filter((fork) -> !fork.isEmpty()).map(List::copyOf).toList();
		if (forks.isEmpty()) {
			throw new IllegalArgumentException("expected at least one iteration");
		}
	}

	/** Reads a metric that JMH has written. */
	static Samples of(JsonNode metric) {
		List<List<Double>> forks = new ArrayList<>();
		for (JsonNode fork : metric.path("rawData")) {
			List<Double> iterations = new ArrayList<>();
			fork.forEach((iteration) -> iterations.add(iteration.asDouble()));
			forks.add(iterations);
		}
		return new Samples(forks);
	}

	/** Returns the first iteration of each fork alone: what a cold JVM does. */
	Samples first() {
		return new Samples(this.forks.stream().map((fork) -> fork.subList(0, 1)).toList());
	}

	double median() {
		return percentile(50);
	}

	/**
	 * Returns the value below which so many of a hundred iterations lie, in between two
	 * of them if it must.
	 * @param percent from 0 to 100
	 */
	double percentile(double percent) {
		List<Double> sorted = this.forks.stream().flatMap(List::stream).sorted().toList();
		double position = percent / 100 * (sorted.size() - 1);
		int below = (int) position;
		int above = Math.min(below + 1, sorted.size() - 1);
		double low = sorted.get(below);
		return low + (position - below) * (sorted.get(above) - low);
	}

}
