package io.genstage.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A buffered channel of Jox. Its classes are for JDK 21, a compiler of JDK 17 can't read
 * them: so it is reached by method handles, which cost nothing where they are constant.
 */
final class JoxChannel {

	private static final MethodHandle CREATE;

	private static final MethodHandle SEND;

	private static final MethodHandle RECEIVE;

	static {
		MethodHandles.Lookup lookup = MethodHandles.publicLookup();
		try {
			Class<?> channel = Class.forName("com.softwaremill.jox.Channel");
			CREATE = lookup.findStatic(channel, "newBufferedChannel", MethodType.methodType(channel, int.class))
				.asType(MethodType.methodType(Object.class, int.class));
			SEND = lookup.findVirtual(channel, "send", MethodType.methodType(void.class, Object.class))
				.asType(MethodType.methodType(void.class, Object.class, Long.class));
			RECEIVE = lookup.findVirtual(channel, "receive", MethodType.methodType(Object.class))
				.asType(MethodType.methodType(Long.class, Object.class));
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Object channel;

	JoxChannel(int capacity) {
		try {
			this.channel = (Object) CREATE.invokeExact(capacity);
		}
		catch (Throwable ex) {
			throw new IllegalStateException("there is no channel of %d places".formatted(capacity), ex);
		}
	}

	void send(Long event) throws InterruptedException {
		try {
			SEND.invokeExact(this.channel, event);
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	Long receive() throws InterruptedException {
		try {
			return (Long) RECEIVE.invokeExact(this.channel);
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	private static IllegalStateException failure(Throwable cause) throws InterruptedException {
		if (cause instanceof InterruptedException interruption) {
			throw interruption;
		}
		return new IllegalStateException("the channel is closed", cause);
	}

}
