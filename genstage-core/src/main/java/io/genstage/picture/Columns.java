package io.genstage.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The columns of a picture and what is in them, from the top to the bottom: stages, and
 * the bends of lines that pass. Lines join vertices of neighbouring columns only.
 */
final class Columns {

	/** Up to here a picture is looked at by people, and worth more effort. */
	private static final int SMALL = 1000;

	private static final int SWEEPS_OF_SMALL = 24;

	private static final int SWEEPS_OF_LARGE = 6;

	private final List<Vertex> vertices = new ArrayList<>();

	private final List<List<Vertex>> columns = new ArrayList<>();

	private long steps;

	/** Adds something at the bottom of a column and returns its number. */
	int add(int column, boolean bend) {
		while (this.columns.size() <= column) {
			this.columns.add(new ArrayList<>());
		}
		Vertex vertex = new Vertex(this.vertices.size(), column, bend);
		vertex.position = this.columns.get(column).size();
		this.columns.get(column).add(vertex);
		this.vertices.add(vertex);
		return vertex.number;
	}

	void join(int left, int right) {
		this.vertices.get(left).next.add(this.vertices.get(right));
		this.vertices.get(right).previous.add(this.vertices.get(left));
	}

	int columnOf(int vertex) {
		return this.vertices.get(vertex).column;
	}

	List<List<Vertex>> all() {
		return this.columns;
	}

	int size() {
		return this.vertices.size();
	}

	/** Returns how many vertices and lines {@link #order()} has looked at. */
	long steps() {
		return this.steps;
	}

	/**
	 * Brings each column into an order in which few lines cross: again and again, from
	 * the left and from the right, each vertex goes to the middle of its neighbours in
	 * the column before. The best order of all is kept.
	 */
	void order() {
		List<int[]> best = positions();
		long fewest = crossings();
		int sweeps = (this.vertices.size() <= SMALL) ? SWEEPS_OF_SMALL : SWEEPS_OF_LARGE;
		for (int sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
			sweep(sweep % 2 == 0, sweep % 4 >= 2);
			long crossings = crossings();
			if (crossings < fewest) {
				fewest = crossings;
				best = positions();
			}
		}
		restore(best);
	}

	private void sweep(boolean fromTheLeft, boolean turningTies) {
		for (int index = 1; index < this.columns.size(); index++) {
			List<Vertex> column = this.columns.get(fromTheLeft ? index : this.columns.size() - 1 - index);
			for (Vertex vertex : column) {
				vertex.wanted = middle(vertex, fromTheLeft ? vertex.previous : vertex.next);
			}
			Comparator<Vertex> byMiddle = Comparator.comparingDouble((vertex) -> vertex.wanted);
			// In every other sweep those with the same middle change places, so that an
			// order which is only as good as its opposite is left.
			column.sort(byMiddle.thenComparingInt((vertex) -> turningTies ? -vertex.position : vertex.position));
			number(column);
		}
	}

	private double middle(Vertex vertex, List<Vertex> neighbours) {
		this.steps += 1 + neighbours.size();
		if (neighbours.isEmpty()) {
			return vertex.position;
		}
		double sum = 0;
		for (Vertex neighbour : neighbours) {
			sum += neighbour.position;
		}
		return sum / neighbours.size();
	}

	private static void number(List<Vertex> column) {
		for (int position = 0; position < column.size(); position++) {
			column.get(position).position = position;
		}
	}

	/** Returns how often two lines cross. */
	long crossings() {
		long crossings = 0;
		for (int index = 1; index < this.columns.size(); index++) {
			crossings += crossings(this.columns.get(index - 1), this.columns.get(index).size());
		}
		return crossings;
	}

	/**
	 * Counts the pairs of lines of which one begins higher and ends lower than the other,
	 * by a tree of sums over where those before have ended.
	 */
	private long crossings(List<Vertex> column, int sizeOfNext) {
		int[] sums = new int[sizeOfNext + 1];
		int before = 0;
		long crossings = 0;
		for (Vertex vertex : column) {
			int[] ends = vertex.next.stream().mapToInt((next) -> next.position).toArray();
			this.steps += 1 + ends.length;
			for (int end : ends) {
				int above = 0;
				for (int place = end + 1; place > 0; place -= place & -place) {
					above += sums[place];
				}
				crossings += before - above;
			}
			for (int end : ends) {
				for (int place = end + 1; place <= sizeOfNext; place += place & -place) {
					sums[place]++;
				}
			}
			before += ends.length;
		}
		return crossings;
	}

	private List<int[]> positions() {
		return this.columns.stream()
			.map((column) -> column.stream().mapToInt((vertex) -> vertex.number).toArray())
			.toList();
	}

	private void restore(List<int[]> numbers) {
		for (int index = 0; index < numbers.size(); index++) {
			List<Vertex> column = new ArrayList<>(
					Arrays.stream(numbers.get(index)).mapToObj(this.vertices::get).toList());
			this.columns.set(index, column);
			number(column);
		}
	}

	/**
	 * A stage in a column, or the bend of a line.
	 */
	static final class Vertex {

		private final int number;

		private final int column;

		private final boolean bend;

		private final List<Vertex> previous = new ArrayList<>();

		private final List<Vertex> next = new ArrayList<>();

		private int position;

		private double wanted;

		private Vertex(int number, int column, boolean bend) {
			this.number = number;
			this.column = column;
			this.bend = bend;
		}

		int number() {
			return this.number;
		}

		boolean isBend() {
			return this.bend;
		}

		List<Vertex> previous() {
			return this.previous;
		}

		List<Vertex> next() {
			return this.next;
		}

	}

}
