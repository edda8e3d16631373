package io.genstage.trial.link;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.PerEventConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReceiver;
import org.awaitility.Awaitility;

/**
 * Reads a link with many messages as slowly as can be, and looks at its heap meanwhile:
 * before it asks for anything, when it has all that it may have in hand, and when it has
 * handled some of them. It prints a line each time, which {@link BoundedProcess} reads.
 */
public final class BoundedReading {

	private final int messages;

	private final int window;

	private final Semaphore permits = new Semaphore(0);

	private final AtomicLong handled = new AtomicLong();

	private final AtomicInteger most = new AtomicInteger();

	private final LinkReceiver receiver;

	private BoundedReading(LinkReceiver receiver, int messages, int window) {
		this.receiver = receiver;
		this.messages = messages;
		this.window = window;
	}

	/**
	 * Reads, and ends the process.
	 * @param receiver reads the link
	 * @param numbers how many messages wait there, how many of them may be in hand, and
	 * how many of them to handle
	 */
	public static void main(LinkReceiver receiver, String... numbers) {
		new BoundedReading(receiver, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))
			.run(Integer.parseInt(numbers[2]));
		// Its handler waits for ever.
		Runtime.getRuntime().halt(0);
	}

	private void run(int toHandle) {
		StageSystem system = StageSystem.create();
		StageRef received = system.start("received", this.receiver,
				StageOptions.defaults().withMaxUnsettled(this.window));
		PerEventConsumerStage<LinkMessage> slow = (message, from) -> {
			this.most.accumulateAndGet(this.receiver.unsettled(), Math::max);
			this.permits.acquireUninterruptibly();
			this.handled.incrementAndGet();
		};
		StageRef handling = system.start("handling", slow,
				StageOptions.defaults().withFailure(FailurePolicy.defaults()));
		report("idle");
		handling.subscribeTo(received, SubscribeOptions.defaults().withMaxDemand(this.window));
		await(() -> this.receiver.unsettled() == this.window);
		report("full");
		this.permits.release(toHandle);
		await(() -> this.handled.get() == toHandle);
		report("working");
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(condition);
	}

	/** Waits until all that isn't in hand is seen to wait, so that nothing moves. */
	private void report(String when) {
		await(() -> this.handled.get() + this.receiver.unsettled()
				+ this.receiver.waiting().orElse(-1) == this.messages);
		this.most.accumulateAndGet(this.receiver.unsettled(), Math::max);
		// What the parent reads.
		System.out.printf("%s %d %d %d%n", when, live(), this.most.get(), this.receiver.waiting().orElseThrow());
	}

	/** The least of some looks, since other threads go on. */
	private static long live() {
		long least = Long.MAX_VALUE;
		for (int look = 0; look < 5; look++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return least;
	}

}
