package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * Work of its own and children, which end together with the worst outcome of all. Any
 * thread may settle and open anything.
 */
abstract sealed class Node implements Above, Rising permits Delivery, DeliveryGroup {

	/*
	 * The state is one number: flags, and above them the number of open children. Who
	 * sets ENDED, by exactly one successful change, hands the end on to what is above.
	 *
	 * What a part has to say is noted in "worst" before the part stops counting, so that
	 * whoever ends the node finds all of it there. To end early is to claim NOW first:
	 * from then on nobody else ends the node, and nothing is noted any more, since the
	 * early verdict is a new object and a change of what was read before fails. This is
	 * why "worst" has to be read before the flag.
	 *
	 * A source hears of the end when the node is both ENTERED and ENDED: from whoever
	 * sets the second of the two flags, which is one, as both are in the same number.
	 *
	 * In a row it has no state but its place there. Whoever wants to know or to change
	 * anything lets it leave the row first, which brings along what has happened.
	 */

	/** Its own work has an outcome, though maybe not noted yet. */
	private static final int CLAIMED = 1;

	/** The outcome of its own work is noted. */
	private static final int DONE = 2;

	/** It ends early, whatever its children do. */
	private static final int NOW = 4;

	private static final int ENDED = 8;

	/** Nobody above waits for it. */
	private static final int LOOSE = 16;

	/** The source is to hear of its end. */
	private static final int ENTERED = 32;

	/**
	 * It is settled together with others, and has a place among them in the place of
	 * children.
	 */
	private static final int IN_ROW = 64;

	/** It has or had a child. */
	private static final int PARENT = 128;

	/** It has or had more than one. */
	private static final int SEVERAL = 256;

	private static final int CHILD = 512;

	/** As many children may be open at once, or events be in one row. */
	static final int MOST_PLACES = Integer.MAX_VALUE / CHILD;

	private static final VarHandle STATE = Handles.of(MethodHandles.lookup(), "state", int.class);

	private static final VarHandle WORST = Handles.of(MethodHandles.lookup(), "worst", Verdict.class);

	private volatile int state;

	/** The worst so far, or nothing as long as all was accepted without a word. */
	private volatile @Nullable Verdict worst;

	Node(boolean attached) {
		if (!attached) {
			STATE.set(this, LOOSE);
		}
	}

	/**
	 * Gives its own work an outcome. It ends when its children have, too.
	 * @return false if its own work has an outcome already
	 */
	final boolean settleOwnWork(Verdict verdict) {
		Endings endings = new Endings();
		boolean first = settleOwnWork(verdict, endings);
		endings.report();
		return first;
	}

	final boolean settleOwnWork(Verdict verdict, Endings endings) {
		boolean plain = verdict.isPlain();
		int before;
		int after;
		do {
			before = ownState();
			if ((before & CLAIMED) != 0) {
				return false;
			}
			after = plain ? endedIfComplete(before | CLAIMED | DONE) : before | CLAIMED;
		}
		while (!STATE.compareAndSet(this, before, after));
		if (!plain) {
			note(verdict);
			finishOwnWork(0, endings);
		}
		else if (hasJustEnded(after)) {
			endings.add(this, hasEntered(after));
		}
		return true;
	}

	/** Its own work is done, and children were made that are not counted yet. */
	final void finishOwnWork(int children, Endings endings) {
		int before;
		int after;
		do {
			before = ownState();
			after = endedIfComplete((parent(before, children) | CLAIMED | DONE) + children * CHILD);
		}
		while (!STATE.compareAndSet(this, before, after));
		if (hasJustEnded(after)) {
			endings.add(this, hasEntered(after));
		}
	}

	/**
	 * Settles its own work as accepted, if it has no outcome yet and that is wanted, and
	 * opens a child.
	 * @return false if it has ended, so that there is nothing left to wait for
	 */
	final boolean openChild(boolean accepting) {
		int before;
		int after;
		do {
			before = ownState();
			if ((before & (NOW | ENDED)) != 0) {
				return false;
			}
			checkRoom(before / CHILD, 1);
			after = parent(before, 1) + CHILD;
			if (accepting && (before & CLAIMED) == 0) {
				after |= CLAIMED | DONE;
			}
		}
		while (!STATE.compareAndSet(this, before, after));
		return true;
	}

	/**
	 * Fails if further children could not be counted.
	 * @throws IllegalStateException if there are too many
	 */
	static void checkRoom(int children, int more) {
		if (more > MOST_PLACES - children) {
			throw new IllegalStateException(
					"more than %d events were made at once of one that has to be settled".formatted(MOST_PLACES));
		}
	}

	/** Returns a state with further children that are not counted as open yet. */
	private static int parent(int state, int children) {
		boolean several = children > 1 || (children > 0 && (state & PARENT) != 0);
		return state | ((children > 0) ? PARENT : 0) | (several ? SEVERAL : 0);
	}

	/**
	 * Ends it without its children, and with this very verdict.
	 * @return false if it has ended already
	 */
	final boolean endNow(Verdict verdict) {
		int before;
		do {
			before = ownState();
			if ((before & (NOW | ENDED)) != 0) {
				return false;
			}
		}
		while (!STATE.compareAndSet(this, before, before | NOW | CLAIMED | DONE));
		this.worst = verdict.copy();
		before = (int) STATE.getAndBitwiseOr(this, ENDED);
		Endings endings = new Endings();
		endings.add(this, hasEntered(before));
		endings.report();
		return true;
	}

	/** Some of its children have ended. */
	final void childrenEnded(int children, Verdict verdict, Endings endings) {
		note(verdict);
		int before;
		int after;
		do {
			before = ownState();
			after = endedIfComplete(before - children * CHILD);
		}
		while (!STATE.compareAndSet(this, before, after));
		if (hasJustEnded(after)) {
			end(endings, hasEntered(after));
		}
	}

	/**
	 * Its source is to hear of its end.
	 * @param endings get it if it has ended already
	 * @return false if it has entered before
	 */
	final boolean enter(Endings endings) {
		int before = hasEntered() ? ENTERED : (int) STATE.getAndBitwiseOr(this, ENTERED);
		if (!hasEntered(before) && (before & ENDED) != 0) {
			endings.add(this, true);
		}
		return !hasEntered(before);
	}

	/**
	 * It goes into a row, and its source is to hear of its end.
	 * @return false if anything has happened to it
	 */
	final boolean joinRow(int place) {
		return STATE.compareAndSet(this, 0, IN_ROW | place * CHILD);
	}

	/** It is in a row. Called before anybody else sees it. */
	final void beginInRow(int place) {
		STATE.set(this, IN_ROW | place * CHILD);
	}

	/**
	 * Returns its place in the row that settles it, by a look that leaves it there.
	 * @return the place, or -1 if it is in none
	 */
	final int placeInRow() {
		int now = this.state;
		return ((now & IN_ROW) != 0) ? now / CHILD : -1;
	}

	/**
	 * It is in no row any more. With the lock of the row.
	 * @param rowState what has happened to it there
	 */
	final void leftRow(byte rowState) {
		int flags = (this.state & LOOSE) | (((this.state & IN_ROW) != 0) ? ENTERED : 0);
		this.state = switch (rowState) {
			case StateRow.OPEN -> flags;
			case StateRow.WAITING -> (flags | CLAIMED | DONE | PARENT) + CHILD;
			default -> flags | CLAIMED | DONE | ENDED;
		};
	}

	private int ownState() {
		int now = this.state;
		if ((now & IN_ROW) == 0) {
			return now;
		}
		leaveRow(now / CHILD);
		return this.state;
	}

	/** Leaves the row that it is in, unless it has left it meanwhile. */
	abstract void leaveRow(int place);

	final boolean hasEntered() {
		return hasEntered(this.state);
	}

	private static boolean hasEntered(int state) {
		return (state & (ENTERED | IN_ROW)) != 0;
	}

	private static boolean hasJustEnded(int state) {
		return (state & ENDED) != 0 && (state & NOW) == 0;
	}

	private static int endedIfComplete(int state) {
		boolean complete = (state & (DONE | NOW)) == DONE && (state & -CHILD) == 0;
		return complete ? state | ENDED : state;
	}

	@SuppressWarnings("ReferenceEquality") // the very one, as a change compares it
	private void note(Verdict verdict) {
		if (verdict.isPlain()) {
			return;
		}
		Verdict before;
		Verdict after;
		do {
			before = this.worst;
			if ((ownState() & NOW) != 0) {
				return;
			}
			after = (before != null) ? before.worse(verdict) : verdict;
		}
		while (after != before && !WORST.compareAndSet(this, before, after));
	}

	/** Notes how the source is to settle it, in the place of what was noted before. */
	final void noteHint(SourceHint hint) {
		Verdict before;
		Verdict after;
		do {
			before = this.worst;
			if ((ownState() & NOW) != 0) {
				return;
			}
			after = ((before != null) ? before : Verdict.accepted()).withHint(hint);
		}
		while (!WORST.compareAndSet(this, before, after));
	}

	final boolean hasEnded() {
		return (ownState() & ENDED) != 0;
	}

	final boolean isOwnWorkSettled() {
		return (ownState() & CLAIMED) != 0;
	}

	/** Returns whether it has or had more than one child. */
	final boolean hadSeveralChildren() {
		return (ownState() & SEVERAL) != 0;
	}

	/** Returns whether its own work is done. */
	final boolean isOwnWorkDone() {
		return (ownState() & DONE) != 0;
	}

	final boolean isLoose() {
		return (this.state & LOOSE) != 0;
	}

	/** Returns how it has ended. Called only when it has. */
	final Verdict ending() {
		Verdict ending = this.worst;
		return (ending != null) ? ending : Verdict.accepted();
	}

	/** All that wait for it are to know that it takes longer. */
	abstract void extend(long until);

	/** Returns where it came from, or one of several. */
	abstract Above origin();

	/** Has ended: whoever is above is to know of it. */
	abstract void end(Endings endings, boolean entered);

	/** Counts a settlement that came too late at the source. */
	final void countLate() {
		Above above = origin();
		while (above instanceof Node node) {
			above = node.origin();
		}
		if (above instanceof Settlement settlement) {
			settlement.countLate();
		}
	}

}
