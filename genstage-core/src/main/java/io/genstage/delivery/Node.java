package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Work of its own and children, which end together with the worst outcome of all. Any
 * thread may settle and open anything.
 */
abstract sealed class Node implements Above permits Delivery, DeliveryGroup {

	/*
	 * The state is one number: flags, and above them the number of open children. Who
	 * sets ENDED, by exactly one successful change, hands the end on to what is above.
	 *
	 * What a part has to say is noted in "worst" before the part stops counting, so that
	 * whoever ends the node finds all of it there. To end early is to claim NOW first:
	 * from then on nobody else ends the node, and nothing is noted any more, since the
	 * early verdict is a new object and a change of what was read before fails. This is
	 * why "worst" has to be read before the flag.
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

	private static final int CHILD = 32;

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
		boolean plain = verdict.isPlain();
		int before;
		int after;
		do {
			before = this.state;
			if ((before & CLAIMED) != 0) {
				return false;
			}
			after = plain ? endedIfComplete(before | CLAIMED | DONE) : before | CLAIMED;
		}
		while (!STATE.compareAndSet(this, before, after));
		if (!plain) {
			note(verdict);
			after = finishOwnWork();
		}
		if ((after & ENDED) != 0 && (after & NOW) == 0) {
			rise(this);
		}
		return true;
	}

	private int finishOwnWork() {
		int before;
		int after;
		do {
			before = this.state;
			after = endedIfComplete(before | DONE);
		}
		while (!STATE.compareAndSet(this, before, after));
		return after;
	}

	/**
	 * Ends it without its children, and with this very verdict.
	 * @return false if it has ended already
	 */
	final boolean endNow(Verdict verdict) {
		int before;
		do {
			before = this.state;
			if ((before & (NOW | ENDED)) != 0) {
				return false;
			}
		}
		while (!STATE.compareAndSet(this, before, before | NOW | CLAIMED | DONE));
		this.worst = verdict.copy();
		STATE.getAndBitwiseOr(this, ENDED);
		rise(this);
		return true;
	}

	/** Returns false if it has ended, so that there is nothing left to wait for. */
	final boolean openChild() {
		int before;
		do {
			before = this.state;
			if ((before & (NOW | ENDED)) != 0) {
				return false;
			}
		}
		while (!STATE.compareAndSet(this, before, before + CHILD));
		return true;
	}

	/** Returns whether this was the last that it had waited for. */
	final boolean childEnded(Verdict verdict) {
		note(verdict);
		int before;
		int after;
		do {
			before = this.state;
			after = endedIfComplete(before - CHILD);
		}
		while (!STATE.compareAndSet(this, before, after));
		return (after & ENDED) != 0 && (after & NOW) == 0;
	}

	private static int endedIfComplete(int state) {
		boolean complete = (state & (DONE | NOW)) == DONE && state >>> 5 == 0;
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
			if ((this.state & NOW) != 0) {
				return;
			}
			after = (before != null) ? before.worse(verdict) : verdict;
		}
		while (after != before && !WORST.compareAndSet(this, before, after));
	}

	final boolean hasEnded() {
		return (this.state & ENDED) != 0;
	}

	final boolean isOwnWorkSettled() {
		return (this.state & CLAIMED) != 0;
	}

	final boolean isLoose() {
		return (this.state & LOOSE) != 0;
	}

	/** Returns how it has ended. Called only when it has. */
	final Verdict ending() {
		Verdict ending = this.worst;
		return (ending != null) ? ending : Verdict.accepted();
	}

	/** Returns where it came from, or one of several. */
	abstract Above origin();

	/** A loop, since a chain may be longer than the stack is deep. */
	private static void rise(Node ended) {
		Deque<Node> others = null;
		Node node = ended;
		while (node != null) {
			if (node instanceof DeliveryGroup group) {
				others = (others != null) ? others : new ArrayDeque<>();
				group.handOn(others);
				node = others.poll();
			}
			else {
				node = ((Delivery<?>) node).handOn();
				node = (node == null && others != null) ? others.poll() : node;
			}
		}
	}

	/** Counts a settlement that came too late at the source. */
	final void countLate() {
		Above above = origin();
		while (above instanceof Node node) {
			above = node.origin();
		}
		((Settlement) above).countLate();
	}

}
