package io.genstage.benchmarks;

/**
 * Adds 1 to every number between two links.
 */
final class HandOffMapper extends HandOffStage {

	private final Link in;

	private final Link out;

	HandOffMapper(Carrier carrier, Link in, Link out) {
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
		Link.Batch batch = this.in.take();
		boolean ended = batch.isEnd();
		this.out.put(ended ? batch : increment(batch));
		return !ended;
	}

	private static Link.Batch increment(Link.Batch batch) {
		Long[] incremented = new Long[batch.size()];
		for (int event = 0; event < incremented.length; event++) {
			incremented[event] = batch.events()[event] + 1;
		}
		return new Link.Batch(incremented, incremented.length);
	}

	@Override
	Adder adder() {
		return new Adder();
	}

}
