package io.genstage.boot.autoconfigure;

import java.util.concurrent.ThreadFactory;

/**
 * Makes virtual threads, for which the oldest JDK that is supported has no API.
 */
final class VirtualThreads {

	private VirtualThreads() {
	}

	/** Returns what makes threads that inherit nothing from who woke a stage. */
	static ThreadFactory withoutInheritance() {
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			Object isolated = type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			return (ThreadFactory) type.getMethod("factory").invoke(isolated);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("there are no virtual threads", ex);
		}
	}

}
