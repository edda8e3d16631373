package io.genstage.benchmarks.peer;

import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

import io.genstage.benchmarks.workload.Lines;
import io.genstage.benchmarks.workload.VirtualThreads;

/**
 * Channels of Jox with a virtual thread per stage; needs JDK 21.
 */
public final class JoxLines implements Lines {

	/** Their default. */
	private static final int CAPACITY = 16;

	private final ExecutorService threads = VirtualThreads.newExecutor();

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) {
		JoxConduit<Long> entrance = new JoxConduit<>(CAPACITY);
		JoxConduit<Long> in = entrance;
		for (int stage = 0; stage < stages - 1; stage++) {
			JoxConduit<Long> out = new JoxConduit<>(CAPACITY);
			start(in, (event) -> out.put(event + 1));
			in = out;
		}
		start(in, arrival::accept);
		return (event) -> {
			try {
				entrance.put(event);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("interrupted while %d was sent".formatted(event), ex);
			}
		};
	}

	private void start(JoxConduit<Long> in, Stage stage) {
		this.threads.execute(() -> {
			try {
				while (true) {
					stage.handle(in.take());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	/**
	 * What a stage does with an event.
	 */
	private interface Stage {

		void handle(Long event) throws InterruptedException;

	}

}
