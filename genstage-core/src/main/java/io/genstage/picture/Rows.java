package io.genstage.picture;

import java.util.Arrays;

/**
 * The rows of what is in columns, so that lines are as straight as the order in the
 * columns and the distances there allow.
 */
final class Rows {

	/** Two stages leave room for a line between them. */
	private static final int BETWEEN_STAGES = 2;

	private static final int BESIDE_BENDS = 1;

	/** A long line is kept straight before a short one is. */
	private static final double WEIGHT_OF_BENDS = 4;

	private static final int SWEEPS = 6;

	private static final int SWEEPS_OF_HUGE = 2;

	private final Columns columns;

	private final double[] exact;

	private final int[] rows;

	private final Blocks blocks;

	private int last;

	private Rows(Columns columns) {
		this.columns = columns;
		this.blocks = new Blocks(Arrays.stream(columns.all()).mapToInt((column) -> column.length).max().orElse(0));
		this.exact = new double[columns.size()];
		this.rows = new int[columns.size()];
	}

	static Rows of(Columns columns) {
		Rows rows = new Rows(columns);
		rows.placeAll(Towards.NOTHING);
		int sweeps = columns.isHuge() ? SWEEPS_OF_HUGE : SWEEPS;
		for (int sweep = 0; sweep < sweeps; sweep++) {
			rows.sweep(sweep % 2 == 0);
		}
		rows.placeAll(Towards.BOTH);
		rows.round();
		return rows;
	}

	int of(int vertex) {
		return this.rows[vertex];
	}

	/** Returns the last row that a stage or a bend is in. */
	int last() {
		return this.last;
	}

	private void placeAll(Towards towards) {
		for (int[] column : this.columns.all()) {
			place(column, towards);
		}
	}

	private void sweep(boolean fromTheLeft) {
		int[][] all = this.columns.all();
		for (int index = 0; index < all.length; index++) {
			place(all[fromTheLeft ? index : all.length - 1 - index], fromTheLeft ? Towards.PREVIOUS : Towards.NEXT);
		}
	}

	/**
	 * Places the vertices of a column as close to where they want to be as their order
	 * and distances allow: those that would come too close form a block, which goes to
	 * the middle of what its members want.
	 */
	private void place(int[] column, Towards towards) {
		this.blocks.clear();
		int offset = 0;
		for (int index = 0; index < column.length; index++) {
			int vertex = column[index];
			offset += (index > 0) ? distance(column[index - 1], vertex) : 0;
			this.blocks.add(offset, wanted(vertex, offset, towards), this.columns.isBend(vertex) ? WEIGHT_OF_BENDS : 1);
		}
		for (int index = 0; index < column.length; index++) {
			this.exact[column[index]] = this.blocks.rowOf(index);
		}
	}

	private int distance(int above, int below) {
		return (this.columns.isBend(above) || this.columns.isBend(below)) ? BESIDE_BENDS : BETWEEN_STAGES;
	}

	private double wanted(int vertex, int offset, Towards towards) {
		if (towards == Towards.NOTHING) {
			return offset;
		}
		double sum = 0;
		int count = 0;
		if (towards != Towards.NEXT) {
			sum += this.columns.previous().sum(vertex, this.exact);
			count += this.columns.previous().countOf(vertex);
		}
		if (towards != Towards.PREVIOUS) {
			sum += this.columns.next().sum(vertex, this.exact);
			count += this.columns.next().countOf(vertex);
		}
		return (count > 0) ? sum / count : this.exact[vertex];
	}

	private void round() {
		int first = Integer.MAX_VALUE;
		for (int[] column : this.columns.all()) {
			int least = Integer.MIN_VALUE;
			for (int index = 0; index < column.length; index++) {
				int vertex = column[index];
				int row = (int) Math.round(this.exact[vertex]);
				if (index > 0) {
					row = Math.max(row, least + distance(column[index - 1], vertex));
				}
				this.rows[vertex] = row;
				least = row;
				first = Math.min(first, row);
			}
		}
		for (int vertex = 0; vertex < this.rows.length; vertex++) {
			this.rows[vertex] -= first;
			this.last = Math.max(this.last, this.rows[vertex]);
		}
	}

	private enum Towards {

		NOTHING, PREVIOUS, NEXT, BOTH

	}

	/**
	 * The vertices of a column, of which those that touch each other are blocks.
	 */
	private static final class Blocks {

		private final int[] offsets;

		private final int[] blockOf;

		private final double[] tops;

		private final double[] weights;

		private final int[] firsts;

		private int vertices;

		private int count;

		Blocks(int size) {
			this.offsets = new int[size];
			this.blockOf = new int[size];
			this.tops = new double[size];
			this.weights = new double[size];
			this.firsts = new int[size];
		}

		/** Makes room for the vertices of another column. */
		void clear() {
			this.vertices = 0;
			this.count = 0;
		}

		/**
		 * Adds a vertex below the others.
		 * @param offset how far it is below the first one at least
		 * @param wanted the row where it wants to be
		 */
		void add(int offset, double wanted, double weight) {
			this.offsets[this.vertices] = offset;
			this.tops[this.count] = wanted - offset;
			this.weights[this.count] = weight;
			this.firsts[this.count] = this.vertices;
			this.count++;
			this.vertices++;
			while (this.count > 1 && this.tops[this.count - 2] > this.tops[this.count - 1]) {
				mergeLastTwo();
			}
		}

		private void mergeLastTwo() {
			int above = this.count - 2;
			int below = this.count - 1;
			double weight = this.weights[above] + this.weights[below];
			this.tops[above] = (this.tops[above] * this.weights[above] + this.tops[below] * this.weights[below])
					/ weight;
			this.weights[above] = weight;
			this.count--;
		}

		/** Returns the row of a vertex; called from the first one to the last. */
		double rowOf(int vertex) {
			int block = (vertex > 0) ? this.blockOf[vertex - 1] : 0;
			if (block + 1 < this.count && this.firsts[block + 1] <= vertex) {
				block++;
			}
			this.blockOf[vertex] = block;
			return this.tops[block] + this.offsets[vertex];
		}

	}

}
