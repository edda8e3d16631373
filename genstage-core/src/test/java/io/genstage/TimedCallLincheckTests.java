package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/**
 * What the thread of calls and the timers of these may do to each other, in the orders
 * that Lincheck tries.
 */
class TimedCallLincheckTests {

	private static final int INVOCATIONS = 500;

	@Test
	void interruptsOneCallAtMostAndLeavesNothingBehind() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Story story = new Story();
			Thread timer = new Thread(story::runTimers);
			story.call.begin();
			timer.start();
			boolean noticed = Thread.interrupted();
			boolean late = story.call.end();
			boolean between = Thread.currentThread().isInterrupted();
			story.call.begin();
			boolean second = Thread.currentThread().isInterrupted();
			boolean secondLate = story.call.end();
			join(timer);
			boolean after = Thread.interrupted();
			if (noticed && !late) {
				throw new IllegalStateException("a call was interrupted and is said to have been in time");
			}
			if (between || second || secondLate || after) {
				throw new IllegalStateException(
						"an interrupt is left behind: between %s, in the second call %s, judged %s, after %s"
							.formatted(between, second, secondLate, after));
			}
		});
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("an interrupt met another thread than that of a call", ex);
		}
	}

	/**
	 * Two calls, of which only the timer of the first one goes off.
	 */
	private static final class Story {

		private final List<Runnable> timers = new ArrayList<>();

		private final TimedCall call = new TimedCall(Duration.ofSeconds(1), (delay, timer) -> {
			this.timers.add(timer);
			return () -> {
			};
		});

		void runTimers() {
			this.timers.get(0).run();
		}

	}

}
