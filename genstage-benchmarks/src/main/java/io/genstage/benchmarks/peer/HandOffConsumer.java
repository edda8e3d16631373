package io.genstage.benchmarks.peer;

import io.genstage.benchmarks.workload.Adder;

/**
 * Adds up the events of a link.
 */
final class HandOffConsumer extends HandOffStage {

	private final HandOffLink in;

	private final Adder adder = new Adder();

	HandOffConsumer(Carrier carrier, HandOffLink in) {
		super(carrier);
		this.in = in;
	}

	@Override
	boolean isReady() {
		return !this.in.isEmpty();
	}

	@Override
	boolean step() {
		HandOffLink.Batch batch = this.in.take();
		for (int event = 0; event < batch.size(); event++) {
			this.adder.add(batch.events()[event]);
		}
		return !batch.isEnd();
	}

	@Override
	Adder adder() {
		return this.adder;
	}

}
