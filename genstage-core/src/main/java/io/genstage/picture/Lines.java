package io.genstage.picture;

import java.util.Arrays;

/**
 * The lines between vertices, as numbers in arrays: for each vertex those that it is
 * joined to on one side.
 */
final class Lines {

	private final int[] firsts;

	private final int[] ends;

	private Lines(int[] firsts, int[] ends) {
		this.firsts = firsts;
		this.ends = ends;
	}

	/**
	 * Sorts lines by where they begin, those of one vertex in the order in which they
	 * were drawn.
	 * @param from the vertex of each line where it begins
	 * @param to the vertex of each line where it ends
	 * @param lines how many lines there are
	 * @param vertices how many vertices there are
	 */
	static Lines of(int[] from, int[] to, int lines, int vertices) {
		int[] firsts = new int[vertices + 1];
		for (int line = 0; line < lines; line++) {
			firsts[from[line] + 1]++;
		}
		for (int vertex = 0; vertex < vertices; vertex++) {
			firsts[vertex + 1] += firsts[vertex];
		}
		int[] next = Arrays.copyOf(firsts, vertices);
		int[] ends = new int[lines];
		for (int line = 0; line < lines; line++) {
			ends[next[from[line]]++] = to[line];
		}
		return new Lines(firsts, ends);
	}

	/** Returns how many lines begin at a vertex. */
	int countOf(int vertex) {
		return this.firsts[vertex + 1] - this.firsts[vertex];
	}

	/** Returns the vertex where one of the lines that begin at a vertex ends. */
	int end(int vertex, int line) {
		return this.ends[this.firsts[vertex] + line];
	}

	/** Returns the sum of the values of the vertices where the lines of one end. */
	double sum(int vertex, double[] values) {
		double sum = 0;
		int last = this.firsts[vertex + 1];
		for (int line = this.firsts[vertex]; line < last; line++) {
			sum += values[this.ends[line]];
		}
		return sum;
	}

}
