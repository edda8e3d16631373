package io.genstage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.Progress.Place;

/**
 * The elements that are to be read again now, in their order.
 *
 * @param <P> the type of the positions
 */
final class Rereading<P> {

	private final TreeMap<Long, Place<P>> due = new TreeMap<>();

	void add(List<Place<P>> places) {
		places.forEach((place) -> this.due.put(place.number(), place));
	}

	boolean isEmpty() {
		return this.due.isEmpty();
	}

	/** Takes the first ones that lie side by side, so that one page has them. */
	List<Place<P>> take(int max) {
		List<Place<P>> row = new ArrayList<>();
		for (Map.Entry<Long, Place<P>> first = this.due.firstEntry(); first != null && row.size() < max
				&& follows(row, first.getKey()); first = this.due.firstEntry()) {
			row.add(first.getValue());
			this.due.pollFirstEntry();
		}
		return row;
	}

	private static boolean follows(List<? extends Place<?>> row, long number) {
		return row.isEmpty() || row.get(row.size() - 1).number() + 1 == number;
	}

	/**
	 * Looks for elements in the page that was read for them. Those behind the end of the
	 * page are to be read again once more.
	 */
	<E> Found<P, E> find(List<Place<P>> row, List<Element<P, E>> page) {
		List<Place<P>> places = new ArrayList<>();
		List<E> events = new ArrayList<>();
		List<Place<P>> gone = new ArrayList<>();
		int next = 0;
		boolean beyond = page.isEmpty();
		for (Element<P, E> element : page) {
			int found = indexOf(row, next, element.position());
			beyond = found < 0;
			if (beyond) {
				break;
			}
			gone.addAll(row.subList(next, found));
			places.add(row.get(found));
			events.add(element.event());
			next = found + 1;
		}
		if (beyond) {
			gone.addAll(row.subList(next, row.size()));
		}
		else {
			add(row.subList(next, row.size()));
		}
		return new Found<>(places, events, gone);
	}

	private static <P> int indexOf(List<Place<P>> row, int from, P position) {
		for (int index = from; index < row.size(); index++) {
			if (row.get(index).position().equals(position)) {
				return index;
			}
		}
		return -1;
	}

	/**
	 * What a page has of the elements that it was read for.
	 *
	 * @param places those that are there
	 * @param events their events
	 * @param gone those that the source has no more
	 */
	record Found<P, E>(List<Place<P>> places, List<E> events, List<Place<P>> gone) {
	}

}
