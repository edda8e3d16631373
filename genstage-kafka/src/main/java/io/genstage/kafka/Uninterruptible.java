package io.genstage.kafka;

/**
 * Waiting that an interruption of the thread doesn't cut short.
 */
final class Uninterruptible {

	private Uninterruptible() {
	}

	/**
	 * Waits for the end of a thread, and keeps the interruption for the caller.
	 * @param thread a thread that ends soon
	 */
	static void join(Thread thread) {
		boolean interrupted = false;
		while (thread.isAlive()) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
