package io.genstage.thread;

import org.jspecify.annotations.Nullable;

/**
 * The context class loader that code of the user's finds, whichever thread runs it: by
 * it, libraries look for classes, services and resources of the application.
 *
 * @param loader the class loader, or null for that of the JVM
 */
public record ContextLoader(@Nullable ClassLoader loader) {

	public static ContextLoader ofThisThread() {
		return new ContextLoader(Thread.currentThread().getContextClassLoader());
	}

	Runnable around(Runnable task) {
		return () -> run(task);
	}

	private void run(Runnable task) {
		call(() -> {
			task.run();
			return this;
		});
	}

	/**
	 * Takes a step, and leaves the thread as it was, whatever the step has done to it.
	 */
	public <T, X extends Exception> T call(Step<T, X> step) throws X {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		set(thread, before, this.loader);
		try {
			return step.take();
		}
		finally {
			set(thread, thread.getContextClassLoader(), before);
		}
	}

	/** Seldom there is anything to do: our own threads have the loader from the start. */
	@SuppressWarnings("ReferenceEquality") // a loader is equal to itself only
	private static void set(Thread thread, @Nullable ClassLoader now, @Nullable ClassLoader wanted) {
		if (now != wanted) {
			thread.setContextClassLoader(wanted);
		}
	}

	/**
	 * What is done with the loader.
	 *
	 * @param <T> what it leads to
	 * @param <X> what it may throw
	 */
	@FunctionalInterface
	public interface Step<T, X extends Exception> {

		T take() throws X;

	}

}
