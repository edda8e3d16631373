package io.genstage.benchmarks;

/**
 * Adds up the events of a link.
 */
final class HandOffConsumer extends HandOffStage {

	private final Link in;

	private final Adder adder = new Adder();

	HandOffConsumer(Carrier carrier, Link in) {
		super(carrier);
		this.in = in;
	}

	@Override
	boolean isReady() {
		return !this.in.isEmpty();
	}

	@Override
	boolean step() {
		Link.Batch batch = this.in.take();
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
