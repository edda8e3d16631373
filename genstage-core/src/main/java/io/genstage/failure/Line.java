package io.genstage.failure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import io.genstage.failure.Retrying.Waiting;

/**
 * Units that wait for each other, in their order.
 *
 * @param <E> the type of the events
 */
final class Line<E> {

	private final Object key;

	private final Deque<Unit<E>> units = new ArrayDeque<>(1);

	Line(Object key) {
		this.key = key;
	}

	Object key() {
		return this.key;
	}

	void add(Unit<E> unit) {
		this.units.addLast(unit);
		unit.setLine(this);
	}

	void addFirst(Unit<E> unit) {
		this.units.addFirst(unit);
		unit.setLine(this);
	}

	/** Puts units in the place of one, which is among the first. */
	void replace(Unit<E> unit, List<Unit<E>> parts) {
		List<Unit<E>> all = new ArrayList<>(this.units);
		int place = all.indexOf(unit);
		all.remove(place);
		all.addAll(place, parts);
		this.units.clear();
		all.forEach(this::add);
	}

	void remove(Unit<E> unit) {
		this.units.remove(unit);
	}

	/** Removes events that are handled. */
	void finish(Unit<E> unit, List<Waiting<E>> handled) {
		if (handled.size() == unit.events().size()) {
			remove(unit);
		}
		else {
			unit.events().removeAll(List.copyOf(handled));
		}
	}

	boolean isEmpty() {
		return this.units.isEmpty();
	}

	/** Returns whether nothing in it is to be attempted unless something decides. */
	boolean isUndecided() {
		return this.units.stream().noneMatch(Unit::isDecided);
	}

	/** Returns whether one is in flight, for whose answer the others wait. */
	boolean isRunning() {
		return this.units.stream().anyMatch(Unit::isRunning);
	}

	Unit<E> first() {
		return this.units.getFirst();
	}

	/** Returns what is attempted next: the first that is decided, or else the first. */
	Unit<E> next() {
		for (Unit<E> unit : this.units) {
			if (unit.isDecided()) {
				return unit;
			}
		}
		return first();
	}

	/** Returns those that are undecided and older than another one. */
	List<Unit<E>> undecidedBefore(Unit<E> unit) {
		return this.units.stream().takeWhile((older) -> older != unit).filter((older) -> !older.isDecided()).toList();
	}

	/** Lets all go on in their order. */
	void decideAgain(long now) {
		this.units.forEach((unit) -> {
			unit.decided(true);
			unit.dueAt(now);
		});
	}

	Collection<Unit<E>> units() {
		return this.units;
	}

}
