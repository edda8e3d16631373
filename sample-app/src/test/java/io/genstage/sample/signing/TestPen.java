package io.genstage.sample.signing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pen that signs when the test lets it, instead of after some time.
 */
final class TestPen implements Pen {

	private final Semaphore ink = new Semaphore(0);

	private final Queue<String> signed = new ConcurrentLinkedQueue<>();

	private final AtomicInteger inHand = new AtomicInteger();

	private final AtomicInteger mostInHand = new AtomicInteger();

	@Override
	public void sign(Reader reader) throws InterruptedException {
		this.mostInHand.accumulateAndGet(this.inHand.incrementAndGet(), Math::max);
		this.ink.acquire();
		this.signed.add(reader.name());
		this.inHand.decrementAndGet();
	}

	void allow(int books) {
		this.ink.release(books);
	}

	int inHand() {
		return this.inHand.get();
	}

	int mostInHand() {
		return this.mostInHand.get();
	}

	List<String> signed() {
		return List.copyOf(this.signed);
	}

}
