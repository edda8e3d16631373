package io.genstage.picture;

import java.util.Arrays;

/**
 * The columns of a picture and what is in them, from the top to the bottom: stages, and
 * the bends of lines that pass. Both are vertices, known by their numbers; lines join
 * those of neighbouring columns only.
 * <p>
 * All is kept in arrays of numbers, since the first picture of a large graph is made
 * before anything is compiled.
 */
final class Columns {

	/** Up to here a picture is looked at by people, and worth more effort. */
	private static final int SMALL = 1000;

	/** Up to here somebody may follow a line. */
	private static final int LARGE = 2000;

	private static final int SWEEPS_OF_SMALL = 24;

	private static final int SWEEPS_OF_LARGE = 6;

	private static final int SWEEPS_OF_HUGE = 2;

	private int[] columnOf = new int[64];

	private boolean[] bends = new boolean[64];

	private int size;

	private int[] lefts = new int[64];

	private int[] rights = new int[64];

	private int lines;

	private int[][] columns = {};

	private double[] positions = {};

	private Lines previous = Lines.of(this.lefts, this.rights, 0, 0);

	private Lines next = this.previous;

	private long steps;

	/** Adds something at the bottom of a column and returns its number. */
	int add(int column, boolean bend) {
		if (this.size == this.columnOf.length) {
			this.columnOf = Arrays.copyOf(this.columnOf, 2 * this.size);
			this.bends = Arrays.copyOf(this.bends, 2 * this.size);
		}
		this.columnOf[this.size] = column;
		this.bends[this.size] = bend;
		return this.size++;
	}

	void join(int left, int right) {
		if (this.lines == this.lefts.length) {
			this.lefts = Arrays.copyOf(this.lefts, 2 * this.lines);
			this.rights = Arrays.copyOf(this.rights, 2 * this.lines);
		}
		this.lefts[this.lines] = left;
		this.rights[this.lines] = right;
		this.lines++;
	}

	int columnOf(int vertex) {
		return this.columnOf[vertex];
	}

	boolean isBend(int vertex) {
		return this.bends[vertex];
	}

	/** Returns the vertices of each column, once they are in {@link #order() order}. */
	int[][] all() {
		return this.columns;
	}

	/** Returns the lines to the left, once there are all of them. */
	Lines previous() {
		return this.previous;
	}

	/** Returns the lines to the right, once there are all of them. */
	Lines next() {
		return this.next;
	}

	int size() {
		return this.size;
	}

	boolean isHuge() {
		return this.size > LARGE;
	}

	/** Returns how many vertices and lines {@link #order()} has looked at. */
	long steps() {
		return this.steps;
	}

	/**
	 * Brings each column into an order in which few lines cross: again and again, from
	 * the left and from the right, each vertex goes to the middle of its neighbours in
	 * the column before. The best order of all is kept. Nothing may be added any more.
	 */
	void order() {
		this.previous = Lines.of(this.rights, this.lefts, this.lines, this.size);
		this.next = Lines.of(this.lefts, this.rights, this.lines, this.size);
		fill();
		int[][] best = copy();
		long fewest = crossings();
		int sweeps = (this.size <= SMALL) ? SWEEPS_OF_SMALL : isHuge() ? SWEEPS_OF_HUGE : SWEEPS_OF_LARGE;
		for (int sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
			sweep(sweep % 2 == 0, sweep % 4 >= 2);
			long crossings = crossings();
			if (crossings < fewest) {
				fewest = crossings;
				best = copy();
			}
		}
		this.columns = best;
		for (int[] column : best) {
			number(column);
		}
	}

	/** Puts all into their columns, in the order in which they were added. */
	private void fill() {
		int count = 0;
		for (int vertex = 0; vertex < this.size; vertex++) {
			count = Math.max(count, this.columnOf[vertex] + 1);
		}
		int[] sizes = new int[count];
		for (int vertex = 0; vertex < this.size; vertex++) {
			sizes[this.columnOf[vertex]]++;
		}
		this.columns = new int[count][];
		for (int column = 0; column < count; column++) {
			this.columns[column] = new int[sizes[column]];
		}
		this.positions = new double[this.size];
		for (int vertex = this.size - 1; vertex >= 0; vertex--) {
			int column = this.columnOf[vertex];
			int position = --sizes[column];
			this.columns[column][position] = vertex;
			this.positions[vertex] = position;
		}
	}

	private void sweep(boolean fromTheLeft, boolean turningTies) {
		Lines neighbours = fromTheLeft ? this.previous : this.next;
		for (int index = 1; index < this.columns.length; index++) {
			sort(this.columns[fromTheLeft ? index : this.columns.length - 1 - index], neighbours, turningTies);
		}
	}

	/**
	 * Sorts a column by the middles of neighbours. In every other sweep those with the
	 * same middle change places, so that an order which is only as good as its opposite
	 * is left.
	 */
	private void sort(int[] column, Lines neighbours, boolean turningTies) {
		int last = column.length - 1;
		// Middle and position are one number each, which sorts without a comparator.
		int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(last, this.size));
		double unit = 1L << Math.max(0, Long.SIZE - 2 - 2 * bits);
		long[] keys = new long[column.length];
		for (int position = 0; position <= last; position++) {
			long middle = (long) (middle(column[position], neighbours) * unit);
			keys[position] = middle << bits | (turningTies ? last - position : position);
		}
		Arrays.sort(keys);
		int[] before = column.clone();
		int mask = (1 << bits) - 1;
		for (int position = 0; position <= last; position++) {
			int found = (int) keys[position] & mask;
			column[position] = before[turningTies ? last - found : found];
		}
		number(column);
	}

	private double middle(int vertex, Lines neighbours) {
		int count = neighbours.countOf(vertex);
		this.steps += 1 + count;
		return (count > 0) ? neighbours.sum(vertex, this.positions) / count : this.positions[vertex];
	}

	private void number(int[] column) {
		for (int position = 0; position < column.length; position++) {
			this.positions[column[position]] = position;
		}
	}

	/** Returns how often two lines cross. */
	private long crossings() {
		long crossings = 0;
		for (int index = 1; index < this.columns.length; index++) {
			crossings += crossings(this.columns[index - 1], this.columns[index].length);
		}
		return crossings;
	}

	/**
	 * Counts the pairs of lines of which one begins higher and ends lower than the other,
	 * by a tree of sums over where those before have ended.
	 */
	private long crossings(int[] column, int sizeOfNext) {
		if (column.length == 1 || sizeOfNext == 1) {
			return 0;
		}
		int[] sums = new int[sizeOfNext + 1];
		int before = 0;
		long crossings = 0;
		for (int vertex : column) {
			int ends = this.next.countOf(vertex);
			this.steps += 1 + ends;
			for (int end = 0; before > 0 && end < ends; end++) {
				int above = 0;
				for (int place = placeOfEnd(vertex, end); place > 0; place -= place & -place) {
					above += sums[place];
				}
				crossings += before - above;
			}
			for (int end = 0; end < ends; end++) {
				for (int place = placeOfEnd(vertex, end); place <= sizeOfNext; place += place & -place) {
					sums[place]++;
				}
			}
			before += ends;
		}
		return crossings;
	}

	private int placeOfEnd(int vertex, int end) {
		return (int) this.positions[this.next.end(vertex, end)] + 1;
	}

	private int[][] copy() {
		int[][] copy = new int[this.columns.length][];
		for (int column = 0; column < copy.length; column++) {
			copy[column] = this.columns[column].clone();
		}
		return copy;
	}

}
