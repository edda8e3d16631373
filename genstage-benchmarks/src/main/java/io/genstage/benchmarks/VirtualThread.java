package io.genstage.benchmarks;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Virtual threads, where the JVM has them.
 */
final class VirtualThread {

	private VirtualThread() {
	}

	static boolean isSupported() {
		return Runtime.version().feature() >= 21;
	}

	static Thread start(Runnable task) {
		return (Thread) call(Thread.class, "startVirtualThread", new Class<?>[] { Runnable.class }, task);
	}

	/** Returns what runs each task on a virtual thread of its own. */
	static ExecutorService perTask() {
		return (ExecutorService) call(Executors.class, "newVirtualThreadPerTaskExecutor", new Class<?>[0]);
	}

	private static Object call(Class<?> type, String name, Class<?>[] parameters, Object... arguments) {
		try {
			Method method = type.getMethod(name, parameters);
			return method.invoke(null, arguments);
		}
		catch (ReflectiveOperationException ex) {
			throw new UnsupportedOperationException("virtual threads need JDK 21, not " + Runtime.version(), ex);
		}
	}

}
