package io.genstage.delivery;

import java.util.Arrays;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Deliveries that were picked from other rows, which know what has happened to them: the
 * events of a page that go to one partition, or those of several pages that have waited
 * for it. So it takes no more than a place for each.
 */
final class PickedRow extends DeliveryRow {

	private final StateRow[] rows;

	/** For each of the rows the place behind its last delivery here. */
	private final int[] ends;

	private final int runs;

	/** Where each delivery is in its row. */
	private final int[] places;

	PickedRow(StateRow[] rows, int[] ends, int runs, @Nullable Object[] events, int[] places) {
		super(events, 0, places.length);
		this.rows = rows;
		this.ends = ends;
		this.runs = runs;
		this.places = places;
	}

	private int runOf(int place) {
		if (this.runs == 1) {
			return 0;
		}
		int found = Arrays.binarySearch(this.ends, 0, this.runs, place + 1);
		return (found < 0) ? -found - 1 : found;
	}

	@Override
	public Delivery<?> get(int place) {
		return this.rows[runOf(place)].get(this.places[place]);
	}

	@Override
	Delivery<?> alone(int place) {
		return this.rows[runOf(place)].alone(this.places[place]);
	}

	@Override
	void pick(Places places, RowPicks picks) {
		inEach(places, picks::add);
	}

	@Override
	public DeliveryRow pick(@Nullable Object[] events, int[] places) {
		RowPicks picks = new RowPicks(places.length);
		pick(Places.of(places, places.length), picks);
		return picks.build(events);
	}

	@Override
	void accept(Places places, Endings endings) {
		inEach(places, (row, part) -> row.accept(part, endings));
	}

	/** Nothing else could be taken back, if they are in several rows. */
	@Override
	boolean await(Places places) {
		return sameRun(places, 0) == places.size() && this.rows[runOf(places.get(0))].await(places.in(this.places));
	}

	@Override
	void partEnded(Places places, Verdict verdict, Endings endings) {
		inEach(places, (row, part) -> row.partEnded(part, verdict, endings));
	}

	private void inEach(Places places, BiConsumer<StateRow, Places> action) {
		int first = 0;
		while (first < places.size()) {
			int behind = sameRun(places, first);
			Places part = (behind - first < places.size()) ? places.part(first, behind) : places;
			action.accept(this.rows[runOf(places.get(first))], part.in(this.places));
			first = behind;
		}
	}

	/** Returns up to where the places are in the same row as a first one. */
	private int sameRun(Places places, int first) {
		if (this.runs == 1) {
			return places.size();
		}
		int run = runOf(places.get(first));
		int start = (run > 0) ? this.ends[run - 1] : 0;
		int behind = first + 1;
		while (behind < places.size() && places.get(behind) >= start && places.get(behind) < this.ends[run]) {
			behind++;
		}
		return behind;
	}

}
