package io.genstage.benchmarks.peer;

import java.util.Queue;

/**
 * A queue that doesn't block. Who waits looks again and again, and lets other threads run
 * after a while.
 *
 * @param <T> the type of the elements
 */
final class SpinningConduit<T> implements Conduit<T> {

	private static final int SPINS = 100;

	private final Queue<T> queue;

	SpinningConduit(Queue<T> queue) {
		this.queue = queue;
	}

	@Override
	public void put(T element) {
		for (int looks = 1; !this.queue.offer(element); looks++) {
			pause(looks);
		}
	}

	@Override
	public T take() {
		T element = this.queue.poll();
		for (int looks = 1; element == null; looks++) {
			pause(looks);
			element = this.queue.poll();
		}
		return element;
	}

	@SuppressWarnings("ThreadPriorityCheck") // such queues are used like this
	private static void pause(int looks) {
		if (looks > SPINS) {
			Thread.yield();
		}
		else {
			Thread.onSpinWait();
		}
	}

}
