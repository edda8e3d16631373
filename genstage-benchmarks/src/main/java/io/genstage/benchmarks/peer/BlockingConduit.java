package io.genstage.benchmarks.peer;

import java.util.concurrent.BlockingQueue;

/**
 * A blocking queue.
 *
 * @param <T> the type of the elements
 */
final class BlockingConduit<T> implements Conduit<T> {

	private final BlockingQueue<T> queue;

	BlockingConduit(BlockingQueue<T> queue) {
		this.queue = queue;
	}

	@Override
	public void put(T element) throws InterruptedException {
		this.queue.put(element);
	}

	@Override
	public T take() throws InterruptedException {
		return this.queue.take();
	}

}
