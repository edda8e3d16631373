package io.genstage.benchmarks.peer;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A buffered channel of Jox. Its classes are for a newer JDK than this module is compiled
 * with, hence the handles; being constants they are inlined as other calls are.
 *
 * @param <T> the type of the elements
 */
final class JoxConduit<T> implements Conduit<T> {

	private static final MethodHandle CREATE;

	private static final MethodHandle SEND;

	private static final MethodHandle RECEIVE;

	static {
		try {
			Class<?> channel = Class.forName("com.softwaremill.jox.Channel");
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			CREATE = lookup.findStatic(channel, "newBufferedChannel", MethodType.methodType(channel, int.class))
				.asType(MethodType.methodType(Object.class, int.class));
			SEND = lookup.findVirtual(channel, "send", MethodType.methodType(void.class, Object.class))
				.asType(MethodType.methodType(void.class, Object.class, Object.class));
			RECEIVE = lookup.findVirtual(channel, "receive", MethodType.methodType(Object.class))
				.asType(MethodType.methodType(Object.class, Object.class));
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Object channel;

	JoxConduit(int buffer) {
		try {
			this.channel = (Object) CREATE.invokeExact(buffer);
		}
		catch (Throwable ex) {
			throw new IllegalStateException("a channel for %d events can't be made".formatted(buffer), ex);
		}
	}

	@Override
	public void put(T element) throws InterruptedException {
		try {
			SEND.invokeExact(this.channel, (Object) element);
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	@Override
	@SuppressWarnings("unchecked") // only elements are put in
	public T take() throws InterruptedException {
		try {
			return (T) (Object) RECEIVE.invokeExact(this.channel);
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	private static IllegalStateException failure(Throwable cause) throws InterruptedException {
		if (cause instanceof InterruptedException interruption) {
			throw interruption;
		}
		return new IllegalStateException("the channel must stay open", cause);
	}

}
