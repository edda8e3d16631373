package io.genstage.benchmarks.workload;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Virtual threads, which a JVM before 21 doesn't have.
 */
public final class VirtualThreads {

	private static final String FACTORY = "newVirtualThreadPerTaskExecutor";

	private VirtualThreads() {
	}

	/** Tells whether this JVM has them. */
	public static boolean exist() {
		return Runtime.version().feature() >= 21;
	}

	/** Returns an executor with a virtual thread for each task. */
	public static ExecutorService newExecutor() {
		Method factory = Arrays.stream(Executors.class.getMethods())
			.filter((method) -> method.getName().equals(FACTORY))
			.findFirst()
			.orElseThrow(() -> new UnsupportedOperationException("virtual threads need JDK 21 or newer"));
		try {
			return (ExecutorService) factory.invoke(null);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("virtual threads exist but can't be used", ex);
		}
	}

}
