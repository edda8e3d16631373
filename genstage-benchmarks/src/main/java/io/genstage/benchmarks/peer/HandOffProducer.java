package io.genstage.benchmarks.peer;

import java.util.List;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;

/**
 * Makes the numbers and splits them among its links.
 */
abstract class HandOffProducer extends HandOffStage {

	static final int BATCH = 500;

	private final Numbers numbers;

	private final List<HandOffLink> out;

	private boolean flushed;

	HandOffProducer(Carrier carrier, Numbers numbers, List<HandOffLink> out) {
		super(carrier);
		this.numbers = numbers;
		this.out = out;
	}

	static HandOffProducer of(Workload workload, Carrier carrier, Numbers numbers, List<HandOffLink> out) {
		return switch (workload.split()) {
			case SHARED -> new Sharing(carrier, numbers, out);
			case ALL -> new Broadcasting(carrier, numbers, out);
			case KEYED -> new Partitioning(carrier, numbers, out, workload);
		};
	}

	/** Tells whether the links have room for what one step puts. */
	abstract boolean hasRoom(List<HandOffLink> out);

	/** Puts what is made of the next numbers. */
	abstract void produce(Numbers numbers, List<HandOffLink> out);

	/** Puts what is left behind the last number; there is room in every link. */
	void flush(List<HandOffLink> out) {
	}

	static boolean haveAllRoom(List<HandOffLink> out) {
		for (HandOffLink link : out) {
			if (link.isFull()) {
				return false;
			}
		}
		return true;
	}

	static HandOffLink.Batch next(Numbers numbers) {
		Long[] events = new Long[BATCH];
		int size = 0;
		while (size < BATCH && numbers.hasNext()) {
			events[size++] = numbers.next();
		}
		return new HandOffLink.Batch(events, size);
	}

	@Override
	final boolean isReady() {
		return this.numbers.hasNext() ? hasRoom(this.out) : haveAllRoom(this.out);
	}

	@Override
	final boolean step() {
		if (this.numbers.hasNext()) {
			produce(this.numbers, this.out);
			return true;
		}
		if (!this.flushed) {
			this.flushed = true;
			flush(this.out);
			return true;
		}
		this.out.forEach((link) -> link.put(HandOffLink.Batch.END));
		return false;
	}

	@Override
	final Adder adder() {
		return new Adder();
	}

	/**
	 * Each batch goes to the first link with room.
	 */
	private static final class Sharing extends HandOffProducer {

		Sharing(Carrier carrier, Numbers numbers, List<HandOffLink> out) {
			super(carrier, numbers, out);
		}

		@Override
		boolean hasRoom(List<HandOffLink> out) {
			return firstWithRoom(out) != out.size();
		}

		@Override
		void produce(Numbers numbers, List<HandOffLink> out) {
			out.get(firstWithRoom(out)).put(next(numbers));
		}

		private int firstWithRoom(List<HandOffLink> out) {
			int link = 0;
			while (link < out.size() && out.get(link).isFull()) {
				link++;
			}
			return link;
		}

	}

	/**
	 * Each batch goes to every link.
	 */
	private static final class Broadcasting extends HandOffProducer {

		Broadcasting(Carrier carrier, Numbers numbers, List<HandOffLink> out) {
			super(carrier, numbers, out);
		}

		@Override
		boolean hasRoom(List<HandOffLink> out) {
			return haveAllRoom(out);
		}

		@Override
		void produce(Numbers numbers, List<HandOffLink> out) {
			HandOffLink.Batch batch = next(numbers);
			for (HandOffLink link : out) {
				link.put(batch);
			}
		}

	}

	/**
	 * Each link has a part that is put when it is full.
	 */
	private static final class Partitioning extends HandOffProducer {

		private final Workload workload;

		private final Long[][] parts;

		private final int[] sizes;

		Partitioning(Carrier carrier, Numbers numbers, List<HandOffLink> out, Workload workload) {
			super(carrier, numbers, out);
			this.workload = workload;
			this.parts = new Long[out.size()][BATCH];
			this.sizes = new int[out.size()];
		}

		@Override
		boolean hasRoom(List<HandOffLink> out) {
			return haveAllRoom(out);
		}

		// A part gets at most a batch here, so it is put once at most.
		@Override
		void produce(Numbers numbers, List<HandOffLink> out) {
			for (int event = 0; event < BATCH && numbers.hasNext(); event++) {
				Long number = numbers.next();
				int part = this.workload.consumerOf(number);
				this.parts[part][this.sizes[part]++] = number;
				if (this.sizes[part] == BATCH) {
					put(part, out);
				}
			}
		}

		@Override
		void flush(List<HandOffLink> out) {
			for (int part = 0; part < this.parts.length; part++) {
				put(part, out);
			}
		}

		private void put(int part, List<HandOffLink> out) {
			out.get(part).put(new HandOffLink.Batch(this.parts[part], this.sizes[part]));
			this.parts[part] = new Long[BATCH];
			this.sizes[part] = 0;
		}

	}

}
