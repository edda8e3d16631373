package io.genstage.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Members that become fuller, of which the fullest is looked for now and then; of equally
 * full ones the oldest. A member that has changed is put in its place only when somebody
 * looks, so that it costs next to nothing while nobody does, and never more than a few
 * comparisons for each change.
 *
 * @param <M> the type of the members
 */
final class FullestFirst<M extends FullestFirst.Member> {

	private final TreeSet<M> ranked;

	/** Those that have changed since somebody looked, and have no place. */
	private final List<M> changed = new ArrayList<>(1);

	private int size;

	FullestFirst() {
		this(Comparator.<Member>comparingInt((member) -> -member.rank).thenComparingLong(Member::age));
	}

	FullestFirst(Comparator<? super M> order) {
		this.ranked = new TreeSet<>(order);
	}

	void add(M member) {
		this.size++;
		list(member);
	}

	/** Notes that a member has another number of events. */
	void changed(M member) {
		if (member.position == Member.RANKED) {
			this.ranked.remove(member);
			list(member);
		}
	}

	private void list(M member) {
		member.position = this.changed.size();
		this.changed.add(member);
	}

	void remove(M member) {
		this.size--;
		if (member.position == Member.RANKED) {
			this.ranked.remove(member);
			return;
		}
		M last = this.changed.remove(this.changed.size() - 1);
		if (!last.equals(member)) {
			last.position = member.position;
			this.changed.set(member.position, last);
		}
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/** Returns the fullest member; there must be one. */
	M first() {
		for (M member : this.changed) {
			member.rank = member.size();
			member.position = Member.RANKED;
			this.ranked.add(member);
		}
		this.changed.clear();
		return this.ranked.first();
	}

	/**
	 * A member, which knows where it is.
	 */
	abstract static class Member {

		static final int RANKED = -1;

		/** Where it is among those that have changed, or {@link #RANKED}. */
		int position;

		/** How full it was when it got its place. */
		int rank;

		/** Returns how many events it has. */
		abstract int size();

		/** Returns a number of its own, which is less for older ones. */
		abstract long age();

	}

}
