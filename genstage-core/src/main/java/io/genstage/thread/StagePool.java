package io.genstage.thread;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for stages: as many as there are processors while callbacks don't
 * block, and one more for each callback that does.
 * <p>
 * More threads than processors make short callbacks slower, since each hand-over wakes
 * another one; fewer than there are blocking callbacks would let stages wait that could
 * go on. So the pool looks every 5 ms whether tasks wait for threads that are held up,
 * and grows then, up to a thread for each task. It has no other limit: that is the number
 * of stages. A thread is held up while it sleeps, or waits for another thread, a lock or
 * the outside world. One that computes for long is not: more threads than processors
 * can't make it faster. So that short callbacks get their turn beside such ones, there
 * are up to as many more threads as processors.
 * <p>
 * The pool shrinks again when nothing has been held up for half a second. Threads end
 * after ten seconds without a task, and nothing looks while there are none.
 */
public final class StagePool implements Executor, AutoCloseable {

	/** How often to look after threads while tasks wait. */
	private static final Duration LOOK = Duration.ofMillis(5);

	/** How many threads one look may inspect, which halts them for a moment. */
	private static final int INSPECTIONS = 16;

	/** After how many looks to give up threads that were not needed meanwhile. */
	private static final int LOOKS_TO_SHRINK = 100;

	private static final Duration IDLE = Duration.ofSeconds(10);

	private final int processors;

	private final Duration look;

	private final Carriers carriers;

	private final ScheduledThreadPoolExecutor timer;

	/** Set while the next look is due. */
	private final AtomicBoolean looking = new AtomicBoolean();

	/** The looks since the size was questioned last; used by looks only. */
	private int looks;

	/** The most threads engaged at once meanwhile; used by looks only. */
	private int mostEngaged;

	/**
	 * Creates a pool without a thread. Its threads will have the context class loader of
	 * the thread that creates it.
	 * @param threadNamePrefix what the names of its threads begin with
	 * @param daemon whether the JVM may end while its threads run
	 */
	public StagePool(String threadNamePrefix, boolean daemon) {
		this(threadNamePrefix, daemon, Runtime.getRuntime().availableProcessors(), LOOK, IDLE);
	}

	StagePool(String threadNamePrefix, boolean daemon, int processors, Duration look, Duration idle) {
		this.processors = processors;
		this.look = look;
		this.carriers = new Carriers(threadNamePrefix, daemon, processors, idle);
		this.timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, threadNamePrefix + "watch");
			thread.setDaemon(true);
			return thread;
		});
		this.timer.setKeepAliveTime(idle.toMillis(), TimeUnit.MILLISECONDS);
		this.timer.allowCoreThreadTimeOut(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/**
	 * Runs a task as soon as a thread is free for it.
	 * @param task what to run, which may block
	 * @throws RejectedExecutionException if the pool is closed
	 */
	@Override
	public void execute(Runnable task) {
		this.carriers.execute(task);
		if (!this.carriers.getQueue().isEmpty()) {
			lookLater();
		}
	}

	private void lookLater() {
		if (!this.looking.get() && this.looking.compareAndSet(false, true)) {
			scheduleLook();
		}
	}

	private void scheduleLook() {
		try {
			Future<?> unused = this.timer.schedule(this::look, this.look.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// A closed pool needs no look.
			this.looking.set(false);
		}
	}

	/** Looks now, and again after a while if there is anything to look after. */
	void look() {
		// Also if no thread could be made this time: there may be one the next time.
		boolean goesOn = true;
		try {
			goesOn = adjustSize();
		}
		finally {
			if (goesOn) {
				scheduleLook();
			}
			else {
				restUnlessNeeded();
			}
		}
	}

	/** Grows or shrinks, and returns whether there is anything left to look after. */
	private boolean adjustSize() {
		int waiting = this.carriers.getQueue().size();
		this.carriers.look((waiting > 0) ? INSPECTIONS : 0);
		this.mostEngaged = Math.max(this.mostEngaged, this.carriers.count(ThreadStanding::isEngaged));
		if (waiting > 0) {
			growBy(waiting, this.carriers.countHeldUp(this.processors));
		}
		if (++this.looks == LOOKS_TO_SHRINK) {
			shrinkTo(this.processors + this.mostEngaged);
			this.looks = 0;
			this.mostEngaged = 0;
		}
		return waiting > 0 || this.looks > 0 || size() > this.processors;
	}

	/*
	 * The flag is cleared before the queue is looked at again. A task that comes in
	 * between either sees the flag cleared, or is seen by that last look.
	 */
	private void restUnlessNeeded() {
		this.looking.set(false);
		if (!this.carriers.getQueue().isEmpty()) {
			lookLater();
		}
	}

	/**
	 * Sees to it that as many threads as there are processors can go on. Where all are
	 * held up it doubles them, since more of the same is likely to come.
	 */
	private void growBy(int waiting, int heldUp) {
		int missing = this.processors - (size() - heldUp);
		if (missing > 0) {
			this.carriers.resize(size() + Math.min(waiting, Math.max(missing, heldUp)));
		}
	}

	private void shrinkTo(int size) {
		if (size < size()) {
			this.carriers.resize(size);
		}
	}

	/** Returns how many threads there may be now. */
	int size() {
		return this.carriers.getCorePoolSize();
	}

	/** Returns how many threads there are. */
	int threads() {
		return this.carriers.getPoolSize();
	}

	/**
	 * Interrupts all threads and drops the tasks that wait.
	 */
	@Override
	public void close() {
		this.timer.shutdownNow();
		this.carriers.shutdownNow();
	}

	/**
	 * A pool whose fixed size can be changed, and whose threads know whether they are
	 * held up.
	 */
	private static final class Carriers extends ThreadPoolExecutor {

		private final Set<Carrier> running = ConcurrentHashMap.newKeySet();

		private final AtomicInteger count = new AtomicInteger();

		private final String threadNamePrefix;

		private final boolean daemon;

		private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

		/** How many looks in a row have met all threads blocked; used by looks only. */
		private int allBlockedLooks;

		Carriers(String threadNamePrefix, boolean daemon, int size, Duration idle) {
			super(size, size, idle.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>());
			this.threadNamePrefix = threadNamePrefix;
			this.daemon = daemon;
			setThreadFactory(this::newCarrier);
			allowCoreThreadTimeOut(true);
		}

		private Carrier newCarrier(Runnable worker) {
			Carrier carrier = new Carrier(this.running, worker, this.threadNamePrefix + this.count.incrementAndGet());
			carrier.setDaemon(this.daemon);
			// Who wakes a stage is nobody's loader to inherit, and newer JDKs take that
			// of
			// the JVM.
			carrier.setContextClassLoader(this.contextClassLoader);
			return carrier;
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			((Carrier) thread).turns.add(1);
		}

		@Override
		protected void afterExecute(Runnable task, Throwable failure) {
			((Carrier) Thread.currentThread()).turns.add(1);
		}

		/** Looks after all threads, and inspects so many of them at most. */
		void look(int inspections) {
			AtomicInteger left = new AtomicInteger(inspections);
			this.running.forEach((carrier) -> carrier.look(() -> left.getAndDecrement() > 0));
			boolean allBlocked = count(ThreadStanding::isBlocked) >= getCorePoolSize();
			this.allBlockedLooks = allBlocked ? this.allBlockedLooks + 1 : 0;
		}

		/** Returns how many threads the last look has met like that. */
		int count(Predicate<ThreadStanding> condition) {
			return (int) this.running.stream().filter((carrier) -> condition.test(carrier.standing)).count();
		}

		/**
		 * Returns how many threads can't go on. One that waits just now may only wait for
		 * another to let go of a lock; but when none can go on, all count. Of the busy
		 * ones, which do go on, only so many count.
		 */
		int countHeldUp(int mostBusy) {
			return (this.allBlockedLooks > 1) ? count(ThreadStanding::isBlocked)
					: count(ThreadStanding::isHeldUp) + Math.min(count(ThreadStanding::isBusy), mostBusy);
		}

		/** Gives surplus threads up as soon as they have done their tasks. */
		void resize(int size) {
			if (size > getMaximumPoolSize()) {
				setMaximumPoolSize(size);
				setCorePoolSize(size);
			}
			else {
				setCorePoolSize(size);
				setMaximumPoolSize(size);
			}
		}

	}

	/**
	 * A thread of the pool.
	 */
	private static final class Carrier extends Thread {

		private final Set<Carrier> running;

		/** The begun and ended tasks; so odd while it has one in hand. */
		private final Counter turns = new Counter();

		/** Used by looks only. */
		private final ThreadStanding standing = new ThreadStanding(this);

		Carrier(Set<Carrier> running, Runnable worker, String name) {
			super(null, worker, name, 0, false);
			this.running = running;
		}

		@Override
		public void run() {
			this.running.add(this);
			try {
				super.run();
			}
			finally {
				this.running.remove(this);
			}
		}

		void look(BooleanSupplier mayInspect) {
			this.standing.look(this.turns.get(), mayInspect);
		}

	}

}
