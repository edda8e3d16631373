package io.genstage.delivery;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A row that knows what has happened to its deliveries.
 */
abstract sealed class StateRow extends DeliveryRow permits SourceRow, MadeRow {

	/*
	 * A member is in one of four states. Of its own it is from the moment on in which
	 * somebody wants it alone: then its delivery, with the state in it, is all that
	 * counts, and the row never settles it again. It goes there from any other state, and
	 * takes along what has happened so far. All changes are made with the lock, which is
	 * held for short, and while it is held nothing is asked but what is above: so two
	 * rows never wait for each other.
	 */

	/** Nothing has become of it. */
	static final byte OPEN = 0;

	/** What was to be done for it is accepted, and it waits for one part. */
	static final byte WAITING = 1;

	/** It was accepted, without a word. */
	static final byte ENDED = 2;

	/** Its delivery knows. */
	static final byte ALONE = 3;

	private final ReentrantLock lock = new ReentrantLock();

	private final byte[] states;

	StateRow(@Nullable Object[] events, int start, int size) {
		super(events, start, size);
		this.states = new byte[size];
	}

	@Override
	final void pick(Places places, RowPicks picks) {
		picks.add(this, places);
	}

	@Override
	public final DeliveryRow pick(@Nullable Object[] events, int[] places) {
		return new PickedRow(new StateRow[] { this }, new int[] { places.length }, 1, events, places);
	}

	@Override
	final void accept(Places places, Endings endings) {
		BitSet others = move(places, OPEN, ENDED);
		endAllBut(others, places, endings);
		if (others != null) {
			others.stream().forEach((index) -> alone(places.get(index)).settleOwnWork(Verdict.accepted(), endings));
		}
	}

	@Override
	final boolean await(Places places) {
		this.lock.lock();
		try {
			return moveAll(places, OPEN, WAITING);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	final void partEnded(Places places, Verdict verdict, Endings endings) {
		BitSet others = null;
		if (verdict.isPlain()) {
			others = move(places, WAITING, ENDED);
			endAllBut(others, places, endings);
		}
		else {
			others = new BitSet(places.size());
			others.set(0, places.size());
		}
		if (others != null) {
			others.stream().forEach((index) -> endings.childEnded(alone(places.get(index)), verdict));
		}
	}

	private void endAllBut(@Nullable BitSet others, Places places, Endings endings) {
		if (others == null) {
			ended(places, endings);
			return;
		}
		int size = places.size();
		int first = others.nextClearBit(0);
		while (first < size) {
			int next = others.nextSetBit(first);
			int behind = (next < 0) ? size : next;
			ended(places.part(first, behind), endings);
			first = others.nextClearBit(behind);
		}
	}

	/**
	 * Moves those that are in a state.
	 * @return which of the places are in others; null if all have moved
	 */
	private @Nullable BitSet move(Places places, byte before, byte after) {
		this.lock.lock();
		try {
			if (moveAll(places, before, after)) {
				return null;
			}
			BitSet others = new BitSet(places.size());
			for (int index = 0; index < places.size(); index++) {
				if (!moveOne(places.get(index), before, after)) {
					others.set(index);
				}
			}
			return others;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean moveAll(Places places, byte before, byte after) {
		if (!places.areAll(this.states, start(), before)) {
			return false;
		}
		places.setAll(this.states, start(), after);
		return true;
	}

	private boolean moveOne(int place, byte before, byte after) {
		if (this.states[place - start()] != before) {
			return false;
		}
		this.states[place - start()] = after;
		return true;
	}

	/**
	 * Accepts one of them alone.
	 * @return false if its delivery knows what to do
	 */
	final boolean acceptOne(int place) {
		return moveOne(place, OPEN, ENDED);
	}

	/** Begins several changes. */
	final void lock() {
		this.lock.lock();
	}

	final void unlock() {
		this.lock.unlock();
	}

	/** Those at some places have ended, accepted and without a word. */
	abstract void ended(Places places, Endings endings);

	/** Lets a delivery know itself what becomes of it, with the lock. */
	final byte leave(int place) {
		byte before = this.states[place - start()];
		this.states[place - start()] = ALONE;
		return before;
	}

}
