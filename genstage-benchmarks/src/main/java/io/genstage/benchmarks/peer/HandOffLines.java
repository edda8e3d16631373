package io.genstage.benchmarks.peer;

import java.util.function.Consumer;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Lines;

/**
 * The bare hand-off on a pool, with an array of one event.
 */
public final class HandOffLines implements Lines {

	private final PoolCarrier carrier = new PoolCarrier();

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) {
		HandOffLink entrance = new HandOffLink();
		HandOffStage last = new Outside(this.carrier);
		HandOffLink in = entrance;
		for (int stage = 0; stage < stages - 1; stage++) {
			HandOffLink out = new HandOffLink();
			HandOffStage mapper = new HandOffMapper(this.carrier, in, out);
			in.connect(last, mapper);
			this.carrier.start(mapper);
			last = mapper;
			in = out;
		}
		HandOffStage exit = new Exit(this.carrier, in, arrival);
		in.connect(last, exit);
		this.carrier.start(exit);
		return (event) -> entrance.put(new HandOffLink.Batch(new Long[] { event }, 1));
	}

	@Override
	public void close() {
		this.carrier.close();
	}

	/**
	 * Stands for whoever puts events into a line. Always awake, so never given a turn.
	 */
	private static final class Outside extends HandOffStage {

		Outside(Carrier carrier) {
			super(carrier);
		}

		@Override
		boolean isReady() {
			return false;
		}

		@Override
		boolean step() {
			throw new IllegalStateException("whoever is outside takes no turn");
		}

		@Override
		Adder adder() {
			return new Adder();
		}

	}

	/**
	 * Tells what arrives.
	 */
	private static final class Exit extends HandOffStage {

		private final HandOffLink in;

		private final Consumer<Long> arrival;

		Exit(Carrier carrier, HandOffLink in, Consumer<Long> arrival) {
			super(carrier);
			this.in = in;
			this.arrival = arrival;
		}

		@Override
		boolean isReady() {
			return !this.in.isEmpty();
		}

		@Override
		boolean step() {
			HandOffLink.Batch batch = this.in.take();
			for (int event = 0; event < batch.size(); event++) {
				this.arrival.accept(batch.events()[event]);
			}
			return !batch.isEnd();
		}

		@Override
		Adder adder() {
			return new Adder();
		}

	}

}
