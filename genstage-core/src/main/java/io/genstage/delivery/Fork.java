package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Counts for a stretch of deliveries how many of their consumers have theirs open. It is
 * the one part that each of the deliveries waits for.
 */
final class Fork {

	static final int MOST_CONSUMERS = Byte.MAX_VALUE;

	private final ReentrantLock lock = new ReentrantLock();

	private final DeliveryRow parents;

	private final int from;

	private final int to;

	/** How many consumers have not ended theirs, while each ends all at once. */
	private int consumers;

	/** The same for each delivery, from the moment on in which one ends alone. */
	private byte @Nullable [] open;

	private Fork(DeliveryRow parents, int from, int to, int consumers) {
		this.parents = parents;
		this.from = from;
		this.to = to;
		this.consumers = consumers;
	}

	/**
	 * Makes a delivery for each consumer.
	 * @return as many rows, none if the deliveries have to be copied one by one
	 */
	static List<DeliveryRow> of(DeliveryRow parents, int from, int to, int consumers) {
		if (consumers < 1 || consumers > MOST_CONSUMERS || !parents.await(Places.between(from, to))) {
			return List.of();
		}
		Fork fork = new Fork(parents, from, to, consumers);
		List<DeliveryRow> copies = new ArrayList<>(consumers);
		for (int consumer = 0; consumer < consumers; consumer++) {
			copies.add(new CopyRow(fork, parents, from, to));
		}
		return copies;
	}

	/** Returns what a copy is a child of, if it has to be one. */
	Delivery<?> parent(int place) {
		return this.parents.alone(place);
	}

	/** A copy counts at its parent from now on, which is still open. */
	void leave(int place, Delivery<?> parent) {
		if (count(place)) {
			// No end can come of it: the parent has the copy instead, or has ended.
			parent.childrenEnded(1, Verdict.accepted(), new Endings());
		}
	}

	private boolean count(int place) {
		this.lock.lock();
		try {
			return --each()[place - this.from] == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private byte[] each() {
		byte[] each = this.open;
		if (each == null) {
			each = new byte[this.to - this.from];
			Arrays.fill(each, (byte) this.consumers);
			this.open = each;
		}
		return each;
	}

	/** A consumer has accepted those at some places. */
	void ended(Places places, Endings endings) {
		List<Complete> complete = List.of();
		this.lock.lock();
		try {
			if (this.open != null || places.size() < this.to - this.from) {
				complete = countEach(each(), places);
			}
			else if (--this.consumers == 0) {
				complete = List.of(new Complete(this.parents, places));
			}
		}
		finally {
			this.lock.unlock();
		}
		complete.forEach(endings::rising);
	}

	private List<Complete> countEach(byte[] each, Places places) {
		List<Complete> complete = new ArrayList<>(1);
		int first = -1;
		for (int index = 0; index < places.size(); index++) {
			boolean last = --each[places.get(index) - this.from] == 0;
			if (last && first < 0) {
				first = index;
			}
			else if (!last && first >= 0) {
				complete.add(new Complete(this.parents, places.part(first, index)));
				first = -1;
			}
		}
		if (first >= 0) {
			complete.add(new Complete(this.parents, places.part(first, places.size())));
		}
		return complete;
	}

	/**
	 * Deliveries that have waited for nothing else.
	 */
	private record Complete(DeliveryRow row, Places places) implements Rising {

		@Override
		public void handOn(Endings endings) {
			this.row.partEnded(this.places, Verdict.accepted(), endings);
		}

	}

}
