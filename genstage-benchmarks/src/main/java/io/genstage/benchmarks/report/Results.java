package io.genstage.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * All that JMH has measured.
 *
 * @param results the results, in the order of the file
 */
record Results(List<Result> results) {

	/** Reads what JMH has written with {@code -rf json}. */
	static Results of(JsonNode json) {
		List<Result> results = new ArrayList<>();
		json.forEach((result) -> results.add(Result.of(result)));
		return new Results(List.copyOf(results));
	}

	/** Returns those of one method of a benchmark. */
	Results of(Class<?> benchmark, String method) {
		String name = benchmark.getSimpleName() + "." + method;
		return new Results(this.results.stream().filter((result) -> result.benchmark().equals(name)).toList());
	}

	/** Returns those with one value of a parameter. */
	Results with(String param, Object value) {
		return new Results(
				this.results.stream().filter((result) -> result.param(param).equals(value.toString())).toList());
	}

	/** Returns the first, if there is one. */
	Optional<Result> first() {
		return this.results.stream().findFirst();
	}

	boolean isEmpty() {
		return this.results.isEmpty();
	}

}
