package io.genstage.delivery;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Hands on what has ended, up to the sources. What has the same parent or goes to the
 * same source goes there together, if it comes one after the other: so a message of a
 * thousand events costs its source one report. For one thread, which has to
 * {@linkplain #report report} at the end.
 */
final class Endings {

	/** Ended, while their parents don't know of it. */
	private @Nullable Deque<Rising> rising;

	private @Nullable Node parent;

	/** How many children of the parent have ended without a word. */
	private int children;

	private @Nullable SettlementQueue queue;

	private @Nullable Settled first;

	private @Nullable Settled last;

	/**
	 * A node has ended. Called once for each.
	 * @param node the node
	 * @param entered whether its source is to hear of it from here
	 */
	void add(Node node, boolean entered) {
		node.end(this, entered);
		rise();
	}

	/** A loop, since a chain may be longer than the stack is deep. */
	private void rise() {
		while (this.rising != null && !this.rising.isEmpty()) {
			this.rising.remove().handOn(this);
		}
	}

	/** The parents of a node that has ended are to know of it. */
	void rising(Rising node) {
		if (this.rising == null) {
			this.rising = new ArrayDeque<>(4);
		}
		this.rising.add(node);
	}

	/** A child of a node has ended. */
	void childEnded(Node parent, Verdict verdict) {
		if (!verdict.isPlain()) {
			parent.childrenEnded(1, verdict, this);
			return;
		}
		childrenEnded(parent, 1);
	}

	/** Some children of a node have ended, accepted and without a word. */
	@SuppressWarnings("ReferenceEquality") // nodes are what they are
	void childrenEnded(Node parent, int children) {
		if (this.parent != parent) {
			endChildren();
			this.parent = parent;
		}
		this.children += children;
	}

	private void endChildren() {
		Node known = this.parent;
		int count = this.children;
		this.parent = null;
		this.children = 0;
		if (known != null) {
			known.childrenEnded(count, Verdict.accepted(), this);
		}
	}

	/**
	 * Events of a source have their outcomes.
	 * @param first the first
	 * @param last the last, from which the others hang
	 */
	@SuppressWarnings("ReferenceEquality") // nothing but the same queue
	void settled(Settled first, Settled last, SettlementQueue queue) {
		if (this.queue != queue) {
			addToQueue();
			this.queue = queue;
			this.first = first;
		}
		else {
			first.neighbour = this.last;
		}
		this.last = last;
	}

	private void addToQueue() {
		SettlementQueue known = this.queue;
		if (known != null && this.first != null && this.last != null) {
			known.add(this.first, this.last);
		}
	}

	/** Lets parents and sources know of all that was added. */
	void report() {
		rise();
		while (this.parent != null) {
			endChildren();
			rise();
		}
		addToQueue();
	}

}
