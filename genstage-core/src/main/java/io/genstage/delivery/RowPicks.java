package io.genstage.delivery;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Collects deliveries of rows that go on together, without any of them being made. For
 * use by one thread at a time. Of the engine.
 */
public final class RowPicks {

	private StateRow[] rows = new StateRow[1];

	/** For each of the rows the index behind its last delivery. */
	private int[] ends = new int[1];

	private int runs;

	/** Where each delivery is in its row. */
	private int[] places;

	private int size;

	/**
	 * Creates a collection without deliveries.
	 * @param expected how many it has room for before it has to grow
	 */
	public RowPicks(int expected) {
		this.places = new int[expected];
	}

	/**
	 * Adds the deliveries of a stretch behind the others.
	 * @param row a row
	 * @param from the place of the first delivery
	 * @param to the place behind the last; none of them is added twice
	 */
	public void addAll(DeliveryRow row, int from, int to) {
		row.pick(Places.between(from, to), this);
	}

	@SuppressWarnings("ReferenceEquality") // rows are what they are
	void add(StateRow row, Places added) {
		if (this.runs == 0 || this.rows[this.runs - 1] != row) {
			begin(row);
		}
		int size = this.size + added.size();
		if (size > this.places.length) {
			this.places = Arrays.copyOf(this.places, Math.max(size, this.size + (this.size >> 1)));
		}
		for (int index = 0; index < added.size(); index++) {
			this.places[this.size + index] = added.get(index);
		}
		this.size = size;
		this.ends[this.runs - 1] = size;
	}

	private void begin(StateRow row) {
		if (this.runs == this.rows.length) {
			this.rows = Arrays.copyOf(this.rows, 2 * this.runs);
			this.ends = Arrays.copyOf(this.ends, 2 * this.runs);
		}
		this.rows[this.runs++] = row;
	}

	/**
	 * Returns all of them, each of which is made.
	 * @return the deliveries in their order, for the caller to keep
	 */
	public Object[] all() {
		return build(new Object[this.size]).all(0, this.size);
	}

	/**
	 * Returns them as a row, after which none is added any more.
	 * @param events an array that begins with the events of all of them, in their order,
	 * and which nobody may change
	 * @return a row of the same deliveries
	 */
	public DeliveryRow build(@Nullable Object[] events) {
		int[] places = (this.size < this.places.length) ? Arrays.copyOf(this.places, this.size) : this.places;
		return new PickedRow(this.rows, this.ends, this.runs, events, places);
	}

}
