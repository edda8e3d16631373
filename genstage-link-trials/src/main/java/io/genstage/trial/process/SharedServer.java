package io.genstage.trial.process;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A server that is started when it is first wanted, for all tests of this JVM, and
 * stopped when the JVM ends. Any thread may ask for it.
 *
 * @param <S> the type of the server
 */
public final class SharedServer<S> {

	private final String product;

	private final Supplier<S> start;

	private final Consumer<S> stop;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. */
	private @Nullable S server;

	/**
	 * Creates it; nothing is started yet.
	 * @param product the name of the product
	 * @param start starts it, or throws a {@link ServerMissingException}
	 * @param stop stops it
	 */
	public SharedServer(String product, Supplier<S> start, Consumer<S> stop) {
		this.product = product;
		this.start = start;
		this.stop = stop;
	}

	/**
	 * Returns the server.
	 * @return the server, which was started once
	 * @throws org.opentest4j.TestAbortedException if it can't be had, as {@link Servers}
	 * says
	 */
	public S get() {
		this.lock.lock();
		try {
			S running = this.server;
			if (running == null) {
				S started = Servers.started(this.product, this.start);
				Runtime.getRuntime()
					.addShutdownHook(new Thread(() -> this.stop.accept(started), "stop " + this.product));
				this.server = started;
				running = started;
			}
			return running;
		}
		finally {
			this.lock.unlock();
		}
	}

}
