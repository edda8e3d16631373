package io.genstage.sample.signing;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.source.EventQueue;
import io.genstage.source.QueueClosedException;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Readers who come together and wait in front of the shop while the line is full. Nobody
 * of them is refused: who is to put them in line waits for room, as a source does that
 * can be asked to wait.
 */
@Component
class Crowd implements DisposableBean {

	/** How many may wait in front of the shop. */
	static final int MOST_OUTSIDE = 10_000;

	/** One reader in so many has a ticket for something else. */
	private static final int WRONG_TICKET = 10;

	private final EventQueue<Reader> line;

	private final ExecutorService doorman = Executors
		.newSingleThreadExecutor(new CustomizableThreadFactory("doorman-"));

	private final AtomicInteger outside = new AtomicInteger();

	private final AtomicLong arrived = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	/** Only the doorman counts. */
	private int number;

	Crowd(EventQueue<Reader> line) {
		this.line = line;
	}

	/**
	 * Lets readers come.
	 * @param readers how many
	 * @return whether there was room for them in front of the shop; if not, none has come
	 */
	boolean come(int readers) {
		int before = this.outside.getAndUpdate((waiting) -> isRoomFor(waiting, readers) ? waiting + readers : waiting);
		if (!isRoomFor(before, readers)) {
			return false;
		}
		this.arrived.addAndGet(readers);
		this.doorman.execute(() -> letIn(readers));
		return true;
	}

	private static boolean isRoomFor(int waiting, int readers) {
		return waiting + readers <= MOST_OUTSIDE;
	}

	private void letIn(int readers) {
		int left = readers;
		try {
			for (; left > 0; left--) {
				this.line.put(next());
				this.outside.decrementAndGet();
			}
		}
		catch (QueueClosedException ex) {
			sendHome(left);
		}
		catch (InterruptedException ex) {
			sendHome(left);
			Thread.currentThread().interrupt();
		}
	}

	private Reader next() {
		this.number++;
		return new Reader("Reader %d".formatted(this.number),
				(this.number % WRONG_TICKET != 0) ? "SIGN-%04d".formatted(this.number % 10_000) : "PARK-0001");
	}

	private void sendHome(int readers) {
		this.outside.addAndGet(-readers);
		this.refused.addAndGet(readers);
	}

	int outside() {
		return this.outside.get();
	}

	long arrived() {
		return this.arrived.get();
	}

	long refused() {
		return this.refused.get();
	}

	@Override
	public void destroy() {
		this.doorman.shutdownNow();
	}

}
