package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * Places in a row of which only the first matters: a heap that finds its members, so that
 * one whose rank has changed is moved in few steps and without an allocation.
 *
 * @param <M> the type of the members
 */
final class Ranking<M extends Ranking.Member<M>> {

	private final List<M> heap = new ArrayList<>(1);

	void add(M member) {
		this.heap.add(member);
		rise(member, this.heap.size() - 1);
	}

	void remove(M member) {
		int place = member.position;
		M last = this.heap.remove(this.heap.size() - 1);
		if (!last.equals(member)) {
			put(last, place);
			changed(last);
		}
	}

	/** Moves a member whose rank has changed. */
	void changed(M member) {
		rise(member, member.position);
		sink(member, member.position);
	}

	/** Returns the member that comes before all others; there must be one. */
	M first() {
		return this.heap.get(0);
	}

	/** Returns the members in their order. */
	List<M> sorted() {
		List<M> sorted = new ArrayList<>(this.heap);
		sorted.sort((one, other) -> one.comesBefore(other) ? -1 : (other.comesBefore(one) ? 1 : 0));
		return sorted;
	}

	/** Returns the members in any order. */
	List<M> members() {
		return this.heap;
	}

	private void rise(M member, int from) {
		int place = from;
		while (place > 0 && member.comesBefore(this.heap.get((place - 1) / 2))) {
			put(this.heap.get((place - 1) / 2), place);
			place = (place - 1) / 2;
		}
		put(member, place);
	}

	private void sink(M member, int from) {
		int place = from;
		for (int child = firstChild(place); child < this.heap.size(); child = firstChild(place)) {
			if (member.comesBefore(this.heap.get(child))) {
				break;
			}
			put(this.heap.get(child), place);
			place = child;
		}
		put(member, place);
	}

	/** Returns the place of the child that comes first, or one behind all places. */
	private int firstChild(int place) {
		int left = 2 * place + 1;
		int right = left + 1;
		return (right < this.heap.size() && this.heap.get(right).comesBefore(this.heap.get(left))) ? right : left;
	}

	private void put(M member, int place) {
		this.heap.set(place, member);
		member.position = place;
	}

	/**
	 * A member, which knows where it is.
	 *
	 * @param <M> its own type
	 */
	abstract static class Member<M> {

		int position;

		/** Returns whether this one comes before another one; there are no equals. */
		abstract boolean comesBefore(M other);

	}

}
