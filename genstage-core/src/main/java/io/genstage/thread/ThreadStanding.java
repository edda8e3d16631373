package io.genstage.thread;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How a thread has been met at the last looks after it: going on, or kept from it. What
 * has a thread but no processor to go on with counts as going on.
 * <p>
 * Used by one thread at a time.
 */
final class ThreadStanding {

	/** The looks that are remembered, one bit for each. */
	private static final int REMEMBERED = 0xFF;

	private static final int LAST_TWO = 0b11;

	/**
	 * How many of the remembered looks have to meet a thread blocked that does one short
	 * task after the other, or waits again and again in a long one. Threads that hand
	 * over to each other wait for the queue now and then, too.
	 */
	private static final int MOSTLY = 6;

	/** How many looks in a row have to meet a thread at one task until it is busy. */
	private static final int BUSY_LOOKS = 10;

	/** What begins the names of classes that wait for the outside world. */
	private static final List<String> OUTSIDE = List.of("sun.nio.", "java.net.", "java.io.", "java.lang.Process");

	/** Nanoseconds of a processor between two looks, by who waits most of the time. */
	private static final long LITTLE = 2_500_000;

	/** Nanoseconds of a processor between two looks, by who waits all the time. */
	private static final long NONE = 50_000;

	private final Thread thread;

	private long turnsSeen;

	/** How many looks in a row have met it in the same task, after the first. */
	private int looksAtTask;

	/** Whether the last looks have met it blocked, the last one in the lowest bit. */
	private int blocked;

	/** The time of processors that it had used at the last look at the same task. */
	private long processorTime;

	/** Whether the task in hand has been met waiting for the outside world. */
	private boolean outside;

	ThreadStanding(Thread thread) {
		this.thread = thread;
	}

	/**
	 * Looks after the thread.
	 * @param turns how many tasks it has begun and ended, odd while it is in one
	 * @param mayInspect asked before it is inspected, which halts it for a moment
	 */
	void look(long turns, BooleanSupplier mayInspect) {
		boolean inTask = turns % 2 == 1;
		boolean sameTask = inTask && turns == this.turnsSeen;
		this.turnsSeen = turns;
		this.looksAtTask = sameTask ? this.looksAtTask + 1 : 0;
		this.outside &= sameTask;
		boolean blocks = inTask && (waits() || (sameTask && waitsOutside(mayInspect)));
		this.blocked = (this.blocked << 1 | (blocks ? 1 : 0)) & REMEMBERED;
	}

	private boolean waits() {
		return switch (this.thread.getState()) {
			case BLOCKED, WAITING, TIMED_WAITING -> true;
			default -> false;
		};
	}

	/*
	 * The JVM takes a thread for running that waits for the outside world, such as an
	 * answer by a socket: it is in native code. Its processor time distinguishes it from
	 * one that computes. It doesn't distinguish it from one that gets no processor, as it
	 * is one of too many already: but that one is seldom met in native code.
	 */
	private boolean waitsOutside(BooleanSupplier mayInspect) {
		long before = this.processorTime;
		this.processorTime = ProcessorTimes.of(this.thread);
		long used = this.processorTime - before;
		if (used > LITTLE) {
			this.outside = false;
			return false;
		}
		if (this.outside || !mayInspect.getAsBoolean()) {
			return this.outside;
		}
		StackTraceElement[] frames = this.thread.getStackTrace();
		boolean inNativeCode = frames.length > 0 && frames[0].isNativeMethod();
		this.outside = inNativeCode && OUTSIDE.stream().anyMatch(frames[0].getClassName()::startsWith);
		return this.outside || (inNativeCode && used < NONE);
	}

	/** Returns whether the last look has met it blocked. */
	boolean isBlocked() {
		return (this.blocked & 1) == 1;
	}

	/** Returns whether it blocks, in one task or in one after the other. */
	boolean isHeldUp() {
		boolean blocksInTask = this.looksAtTask > 0 && (this.blocked & LAST_TWO) == LAST_TWO;
		return blocksInTask || Integer.bitCount(this.blocked) >= MOSTLY;
	}

	/** Returns whether it goes on with the same task for long. */
	boolean isBusy() {
		return this.looksAtTask >= BUSY_LOOKS && !isHeldUp();
	}

	/**
	 * Returns whether the last look has met it blocked, or in the same task as before.
	 */
	boolean isEngaged() {
		return this.looksAtTask > 0 || isBlocked();
	}

	/**
	 * Loaded when a thread is met in the same task again for the first time.
	 */
	private static final class ProcessorTimes {

		private static final ThreadMXBean BEAN = ManagementFactory.getThreadMXBean();

		private static final boolean KNOWN = BEAN.isThreadCpuTimeSupported() && BEAN.isThreadCpuTimeEnabled();

		/** Returns a time that stands still if the JVM doesn't know it. */
		static long of(Thread thread) {
			return KNOWN ? BEAN.getThreadCpuTime(thread.getId()) : 0;
		}

	}

}
