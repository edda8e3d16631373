package io.genstage.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * Lets tasks find the classes of the application, on whatever thread and whoever made it,
 * and gives the thread its own context class loader back.
 *
 * @param contextClassLoader the loader of the application context's classes
 */
record ContextClassLoaderTaskDecorator(@Nullable ClassLoader contextClassLoader) implements TaskDecorator {

	@Override
	public Runnable decorate(Runnable task) {
		return () -> run(task);
	}

	private void run(Runnable task) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(this.contextClassLoader);
		try {
			task.run();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

}
