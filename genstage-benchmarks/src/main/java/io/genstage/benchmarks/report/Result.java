package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * What JMH has measured of one benchmark with one set of parameters.
 *
 * @param benchmark the simple name of the class and the name of the method
 * @param params the parameters
 * @param jvmArgs the options of the JVM
 * @param score the primary metric
 * @param secondary the other metrics
 */
record Result(String benchmark, Map<String, String> params, List<String> jvmArgs, Samples score,
		Map<String, Samples> secondary) {

	/** Reads an element of what JMH has written. */
	static Result of(JsonNode json) {
		String benchmark = json.path("benchmark").asString();
		String simple = benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
		Map<String, String> params = new TreeMap<>();
		json.path("params").properties().forEach((param) -> params.put(param.getKey(), param.getValue().asString()));
		Map<String, Samples> secondary = new TreeMap<>();
		json.path("secondaryMetrics")
			.properties()
			.forEach((metric) -> secondary.put(metric.getKey(), Samples.of(metric.getValue())));
		List<String> jvmArgs = new ArrayList<>();
		json.path("jvmArgs").forEach((argument) -> jvmArgs.add(argument.asString()));
		return new Result(simple, params, jvmArgs, Samples.of(json.path("primaryMetric")), secondary);
	}

	String param(String name) {
		return Objects.requireNonNull(this.params.get(name), () -> this.benchmark + " has no parameter " + name);
	}

	/** Returns whether the JVM had an option that begins like this. */
	boolean hasJvmArg(String prefix) {
		return this.jvmArgs.stream().anyMatch((argument) -> argument.startsWith(prefix));
	}

	int number(String name) {
		return Integer.parseInt(param(name));
	}

	/** Returns the median of a secondary metric. */
	double median(String metric) {
		return metric(metric).median();
	}

	Samples metric(String name) {
		return Objects.requireNonNull(this.secondary.get(name), () -> this.benchmark + " has no metric " + name);
	}

}
