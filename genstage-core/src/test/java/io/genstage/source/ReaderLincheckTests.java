package io.genstage.source;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.LincheckOrders;
import org.junit.jupiter.api.Test;

/**
 * What a reader and its stage may do to each other, in the orders that Lincheck tries.
 */
class ReaderLincheckTests {

	private static final int INVOCATIONS = 50;

	/** Before the second element is asked for, which might block for ever. */
	@Test
	void tellsAStageThatWaitsOfTheNextElement() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Scene scene = new Scene(2);
			scene.reader.grant(2);
			long seen = scene.reader.await();
			scene.join();
			if (seen == 0 && scene.rungBeforeSecond == 0) {
				throw new IllegalStateException("the stage waits for an element that was read");
			}
		});
	}

	@Test
	void readsWhatIsGrantedWhileItGoesToRest() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Scene scene = new Scene(3);
			scene.reader.grant(1);
			scene.reader.grant(1);
			scene.reader.answer();
			scene.join();
			List<Integer> read = scene.reader.fetch(10);
			if (!read.equals(List.of(1, 2))) {
				throw new IllegalStateException("read " + read);
			}
		});
	}

	@Test
	void tellsOfTheLastElementBehindAnAnswer() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Scene scene = new Scene(1);
			scene.reader.grant(2);
			scene.reader.answer();
			Reader.End end = scene.reader.end();
			List<Integer> read = scene.reader.fetch(10);
			scene.join();
			if (end != null && read.isEmpty()) {
				throw new IllegalStateException("the end overtakes an element");
			}
			if (end == null && scene.rung.get() == 0) {
				throw new IllegalStateException("nobody reports the end");
			}
		});
	}

	@Test
	void closesTheElementsOnceAndNotWhileTheyAreRead() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Scene scene = new Scene(2);
			scene.reader.grant(2);
			int left = scene.reader.stop().size();
			close(scene.reader);
			scene.join();
			if (scene.clashes.get() > 0 || scene.closed.get() != 1 || left > 2) {
				throw new IllegalStateException("%d clashes, closed %d times, %d left".formatted(scene.clashes.get(),
						scene.closed.get(), left));
			}
		});
	}

	private static void close(Reader<?> reader) {
		try {
			reader.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A reader of some numbers from 1, with a thread for each of its tasks.
	 */
	private static final class Scene implements Iterator<Integer>, AutoCloseable {

		private final int size;

		private final AtomicInteger rung = new AtomicInteger();

		private final AtomicInteger users = new AtomicInteger();

		private final AtomicInteger clashes = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		private final List<Thread> threads = new ArrayList<>();

		private final Reader<Integer> reader;

		private int last;

		private int rungBeforeSecond = -1;

		Scene(int size) {
			this.size = size;
			this.reader = new Reader<>(Elements.of((Iterator<Integer>) this), this::start, this.rung::incrementAndGet,
					"source");
		}

		/** Only the stage starts tasks of so few elements. */
		private void start(Runnable task) {
			Thread thread = new Thread(task);
			this.threads.add(thread);
			thread.start();
		}

		void join() {
			for (Thread thread : this.threads) {
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}

		@Override
		public boolean hasNext() {
			use();
			if (this.last == 1) {
				this.rungBeforeSecond = this.rung.get();
			}
			this.users.decrementAndGet();
			return this.last < this.size;
		}

		@Override
		public Integer next() {
			use();
			this.last++;
			this.users.decrementAndGet();
			return this.last;
		}

		@Override
		public void close() {
			use();
			this.closed.incrementAndGet();
			this.users.decrementAndGet();
		}

		private void use() {
			if (this.users.getAndIncrement() > 0 || this.closed.get() > 0) {
				this.clashes.incrementAndGet();
			}
		}

	}

}
