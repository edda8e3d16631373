package io.genstage.benchmarks.peer;

import io.genstage.benchmarks.workload.Adder;

/**
 * Adds 1 to every number between two links.
 */
final class HandOffMapper extends HandOffStage {

	private final HandOffLink in;

	private final HandOffLink out;

	HandOffMapper(Carrier carrier, HandOffLink in, HandOffLink out) {
		super(carrier);
		this.in = in;
		this.out = out;
	}

	@Override
	boolean isReady() {
		return !this.in.isEmpty() && !this.out.isFull();
	}

	@Override
	boolean step() {
		HandOffLink.Batch batch = this.in.take();
		boolean ended = batch.isEnd();
		this.out.put(ended ? batch : increment(batch));
		return !ended;
	}

	private static HandOffLink.Batch increment(HandOffLink.Batch batch) {
		Long[] incremented = new Long[batch.size()];
		for (int event = 0; event < incremented.length; event++) {
			incremented[event] = batch.events()[event] + 1;
		}
		return new HandOffLink.Batch(incremented, incremented.length);
	}

	@Override
	Adder adder() {
		return new Adder();
	}

}
