package io.genstage.benchmarks.report;

import java.util.List;

import io.genstage.benchmarks.Contender;
import io.genstage.benchmarks.workload.Workload;

/**
 * The iterations of one contender in one workload, of all forks.
 *
 * @param workload the workload
 * @param contender the contender
 * @param iterations millions of events per second, in ascending order; at least one
 */
record Score(Workload workload, Contender contender, List<Double> iterations) {

	Score {
		iterations = iterations.stream().sorted().toList();
		if (iterations.isEmpty()) {
			throw new IllegalArgumentException("%s in %s has no iteration".formatted(contender, workload));
		}
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
		double position = percent / 100 * (this.iterations.size() - 1);
		int below = (int) position;
		int above = Math.min(below + 1, this.iterations.size() - 1);
		double low = this.iterations.get(below);
		return low + (position - below) * (this.iterations.get(above) - low);
	}

}
