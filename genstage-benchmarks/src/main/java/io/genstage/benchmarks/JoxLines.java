package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Channels of Jox with a virtual thread per stage; needs JDK 21.
 */
final class JoxLines implements Lines {

	/** Their default. */
	private static final int CAPACITY = 16;

	private final List<Thread> threads = new ArrayList<>();

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) {
		JoxChannel entrance = new JoxChannel(CAPACITY);
		JoxChannel in = entrance;
		for (int stage = 0; stage < stages - 1; stage++) {
			JoxChannel out = new JoxChannel(CAPACITY);
			start(in, (event) -> out.send(event + 1));
			in = out;
		}
		start(in, arrival::accept);
		return (event) -> {
			try {
				entrance.send(event);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("interrupted while %d was sent".formatted(event), ex);
			}
		};
	}

	private void start(JoxChannel in, Stage stage) {
		this.threads.add(VirtualThread.start(() -> {
			try {
				while (true) {
					stage.handle(in.receive());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}));
	}

	@Override
	public void close() {
		this.threads.forEach(Thread::interrupt);
	}

	/**
	 * What a stage does with an event.
	 */
	private interface Stage {

		void handle(Long event) throws InterruptedException;

	}

}
