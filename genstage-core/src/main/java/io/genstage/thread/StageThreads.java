package io.genstage.thread;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a system: those it was given, and its own for what it was not given.
 */
public final class StageThreads {

	private static final System.Logger logger = StageLog.of(StageThreads.class);

	/** Ends the threads that were not given. */
	private final List<Runnable> endings = new ArrayList<>();

	private final StageScheduler scheduler;

	private final ContextLoader context;

	private final Executor unguarded;

	private final Executor executor;

	private final LastingTasks lastingTasks = new LastingTasks();

	private volatile boolean closed;

	public StageThreads(@Nullable Executor executor, @Nullable StageScheduler scheduler, ContextLoader context) {
		this.context = context;
		this.scheduler = new ContextScheduler((scheduler != null) ? scheduler : ownScheduler(), context);
		this.unguarded = (executor != null) ? executor : ownExecutor();
		this.executor = retrying(this.unguarded);
	}

	/**
	 * Returns an executor that never drops a stage's turn, and runs it in our context.
	 */
	private Executor retrying(Executor executor) {
		return new RetryingExecutor((task) -> executor.execute(this.context.around(task)), this.scheduler,
				() -> this.closed);
	}

	/** Returns what runs a stage, which may have brought an executor of its own. */
	public Executor executorFor(String stage, @Nullable Executor own) {
		if (Objects.requireNonNullElse(own, this.unguarded) instanceof StageExecutor apart) {
			return retrying(apart.forStage(stage));
		}
		return (own != null) ? retrying(own) : this.executor;
	}

	/** Returns what runs all but the stages that have an executor of their own. */
	public Executor executor() {
		return this.executor;
	}

	public StageScheduler scheduler() {
		return this.scheduler;
	}

	/** Returns the tasks that run also when the threads end before. */
	public LastingTasks lastingTasks() {
		return this.lastingTasks;
	}

	/** Interrupts and ends the threads that were not given. */
	public void close() {
		this.closed = true;
		this.endings.forEach(Runnable::run);
		this.lastingTasks.close();
	}

	/**
	 * Callbacks may block, so there is no limit to the threads, which are virtual where
	 * the JVM has virtual threads.
	 */
	private Executor ownExecutor() {
		ExecutorService virtual = virtualThreads();
		if (virtual != null) {
			this.endings.add(virtual::shutdownNow);
			return virtual;
		}
		StagePool pool = new StagePool("genstage-", true);
		this.endings.add(pool::close);
		return pool;
	}

	/** They inherit nothing from who wakes a stage, which is one of many. */
	private static @Nullable ExecutorService virtualThreads() {
		try {
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			Object apart = type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			Object factory = type.getMethod("factory").invoke(apart);
			return (ExecutorService) Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
				.invoke(null, factory);
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("virtual threads exist but can't be used", ex);
		}
	}

	private StageScheduler ownScheduler() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, StageThreads::daemon);
		timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		timer.setRemoveOnCancelPolicy(true);
		this.endings.add(timer::shutdownNow);
		return (delay, task) -> schedule(timer, delay, task);
	}

	private static StageScheduler.Timer schedule(ScheduledThreadPoolExecutor timer, Duration delay, Runnable task) {
		try {
			// Never waited for: nobody is to depend on a timer while the system closes.
			Future<?> scheduled = timer.schedule(task, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
			return () -> scheduled.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			logger.log(Level.DEBUG, "the system is closed: nothing is scheduled any more");
			return () -> {
			};
		}
	}

	private static Thread daemon(Runnable timer) {
		Thread thread = new Thread(timer, "genstage-timer");
		thread.setDaemon(true);
		return thread;
	}

}
