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
		if (consumers < 1 || consumers > MOST_CONSUMERS || !parents.await(from, to)) {
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

	/** A consumer has accepted a stretch. */
	void ended(int from, int to, Endings endings) {
		List<Stretched> complete = List.of();
		this.lock.lock();
		try {
			if (this.open != null || from > this.from || to < this.to) {
				complete = countEach(each(), from, to);
			}
			else if (--this.consumers == 0) {
				complete = List.of(new Stretched(this.parents, from, to));
			}
		}
		finally {
			this.lock.unlock();
		}
		complete.forEach(endings::rising);
	}

	private List<Stretched> countEach(byte[] each, int from, int to) {
		List<Stretched> complete = new ArrayList<>(1);
		int first = -1;
		for (int place = from; place < to; place++) {
			boolean last = --each[place - this.from] == 0;
			if (last && first < 0) {
				first = place;
			}
			else if (!last && first >= 0) {
				complete.add(new Stretched(this.parents, first, place));
				first = -1;
			}
		}
		if (first >= 0) {
			complete.add(new Stretched(this.parents, first, to));
		}
		return complete;
	}

	/**
	 * Deliveries that have waited for nothing else.
	 */
	private record Stretched(DeliveryRow row, int from, int to) implements Rising {

		@Override
		public void handOn(Endings endings) {
			this.row.partEnded(this.from, this.to, Verdict.accepted(), endings);
		}

	}

}
