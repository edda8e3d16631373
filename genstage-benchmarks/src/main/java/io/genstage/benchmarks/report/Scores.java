package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.ThroughputBenchmark;
import io.genstage.benchmarks.workload.Workload;
import tools.jackson.databind.JsonNode;

/**
 * What one run of JMH has measured, and on which JVM.
 *
 * @param jvm the name and version of the JVM
 * @param scores the scores, in the order of the file
 */
record Scores(String jvm, List<Score> scores) {

	/**
	 * Reads what JMH has written with {@code -rf json}. Other benchmarks than
	 * {@link ThroughputBenchmark} are left out.
	 * @throws IllegalArgumentException if nothing is left
	 */
	static Scores of(JsonNode results) {
		List<Score> scores = new ArrayList<>();
		for (JsonNode result : results) {
			if (isScore(result)) {
				scores.add(score(result));
			}
		}
		if (scores.isEmpty()) {
			throw new IllegalArgumentException("expected results of ThroughputBenchmark, but there are none");
		}
		return new Scores(jvm(results), scores);
	}

	/** Tells whether there is a score among the results. */
	static boolean areIn(JsonNode results) {
		return results.valueStream().anyMatch(Scores::isScore);
	}

	private static boolean isScore(JsonNode result) {
		return result.path("benchmark").asString().equals(ThroughputBenchmark.class.getName() + ".events");
	}

	/** Returns the name and version of the JVM that ran the first benchmark. */
	static String jvm(JsonNode results) {
		JsonNode first = results.get(0);
		return "%s %s".formatted(first.path("vmName").asString(), first.path("vmVersion").asString());
	}

	private static Score score(JsonNode result) {
		List<Double> iterations = new ArrayList<>();
		for (JsonNode fork : result.path("primaryMetric").path("rawData")) {
			fork.forEach((iteration) -> iterations.add(iteration.asDouble()));
		}
		JsonNode params = result.path("params");
		return new Score(Workload.valueOf(params.path("workload").asString()),
				Contender.valueOf(params.path("contender").asString()), iterations);
	}

	/** Returns the workloads that have been measured. */
	List<Workload> workloads() {
		return this.scores.stream().map(Score::workload).distinct().sorted().toList();
	}

	/** Returns the contenders that have been measured. */
	List<Contender> contenders() {
		return this.scores.stream().map(Score::contender).distinct().sorted().toList();
	}

	Optional<Score> find(Workload workload, Contender contender) {
		return this.scores.stream()
			.filter((score) -> score.workload() == workload && score.contender() == contender)
			.findFirst();
	}

	/** Returns the highest median of some contenders. */
	Optional<Score> best(Workload workload, Set<Contender> contenders) {
		return this.scores.stream()
			.filter((score) -> score.workload() == workload && contenders.contains(score.contender()))
			.max(Comparator.comparingDouble(Score::median));
	}

}
