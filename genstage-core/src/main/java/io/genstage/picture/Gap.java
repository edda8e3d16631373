package io.genstage.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

import io.genstage.picture.GraphLayout.Line;

/**
 * The gap between two columns of a picture made of characters. All lines that come from
 * one row there are a bundle, which has a vertical track of its own unless it goes
 * straight on. The tracks are in an order in which no line can be mistaken for another.
 */
final class Gap {

	private static final int MARGIN = 1;

	private static final int ARROW = 2;

	private final Map<Integer, Bundle> bundles = new TreeMap<>();

	private final List<Bundle> tracks = new ArrayList<>();

	void add(Line line, int from, int to) {
		this.bundles.computeIfAbsent(from, Bundle::new).lines.computeIfAbsent(to, (row) -> new LinkedHashSet<>())
			.add(line);
	}

	/**
	 * Brings the tracks into an order.
	 * @return the lines for which there is none
	 */
	Set<Line> arrange() {
		Set<Line> apart = new LinkedHashSet<>();
		new ArrayList<>(this.bundles.values()).forEach((bundle) -> leaveBranchesThatMeet(bundle, apart));
		List<Bundle> open = new ArrayList<>(this.bundles.values().stream().filter(Bundle::turns).toList());
		while (!open.isEmpty()) {
			Bundle next = open.stream().filter((bundle) -> mayBeNext(bundle, open)).findFirst().orElse(null);
			if (next == null) {
				next = open.get(0);
				leave(next, blocked(next, open), apart);
			}
			open.remove(next);
			if (next.turns()) {
				this.tracks.add(next);
			}
		}
		return apart;
	}

	/** A row may be reached by one bundle only that has branches, besides its own. */
	private void leaveBranchesThatMeet(Bundle bundle, Set<Line> apart) {
		if (bundle.lines.size() > 1) {
			Set<Integer> met = new TreeSet<>();
			for (int row : bundle.lines.keySet()) {
				boolean branches = this.bundles.values()
					.stream()
					.anyMatch((other) -> other.from < bundle.from && other.lines.size() > 1
							&& other.lines.containsKey(row));
				Bundle straight = this.bundles.get(row);
				boolean crosses = straight != null && straight != bundle && straight.lines.containsKey(row);
				if (branches || crosses) {
					met.add(row);
				}
			}
			leave(bundle, met, apart);
		}
	}

	private static void leave(Bundle bundle, Set<Integer> rows, Set<Line> apart) {
		for (int row : rows) {
			apart.addAll(bundle.lines.getOrDefault(row, Set.of()));
			bundle.lines.remove(row);
		}
	}

	private static boolean mayBeNext(Bundle bundle, List<Bundle> open) {
		return blocked(bundle, open).isEmpty();
	}

	/**
	 * Returns the rows that a bundle can't go to yet, since another line comes from there
	 * that has not turned, or reaches it and branches.
	 */
	private static Set<Integer> blocked(Bundle bundle, List<Bundle> open) {
		Set<Integer> blocked = new TreeSet<>();
		for (Bundle other : open) {
			if (other != bundle && bundle.lines.containsKey(other.from)) {
				blocked.add(other.from);
			}
			if (other != bundle && other.lines.size() > 1) {
				other.lines.keySet().stream().filter(bundle.lines::containsKey).forEach(blocked::add);
			}
		}
		return blocked;
	}

	int width() {
		return MARGIN + 2 * this.tracks.size() + ARROW;
	}

	/**
	 * Draws the lines.
	 * @param canvas where to draw
	 * @param left where the gap begins
	 * @param lineOf returns the line of characters that is the middle of a row
	 */
	void draw(Canvas canvas, int left, IntUnaryOperator lineOf) {
		int right = left + width() - 1;
		Map<Bundle, Integer> places = new HashMap<>();
		this.tracks.forEach((track) -> places.put(track, left + MARGIN + 2 * places.size()));
		for (Bundle bundle : this.bundles.values()) {
			if (!bundle.lines.isEmpty()) {
				int turn = places.getOrDefault(bundle, right);
				canvas.line(lineOf.applyAsInt(bundle.from), left, turn);
				bundle.lines.keySet().forEach((row) -> canvas.line(lineOf.applyAsInt(row), turn, right));
			}
		}
		places.forEach((bundle, place) -> {
			Set<Integer> rows = new TreeSet<>(bundle.lines.keySet());
			rows.add(bundle.from);
			canvas.track(place, rows.stream().map(lineOf::applyAsInt).toList());
		});
	}

	/**
	 * The lines that come from one row.
	 */
	private static final class Bundle {

		private final int from;

		private final Map<Integer, Set<Line>> lines = new LinkedHashMap<>();

		Bundle(int from) {
			this.from = from;
		}

		boolean turns() {
			return this.lines.keySet().stream().anyMatch((row) -> row != this.from);
		}

	}

}
