package io.genstage.trial.database;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Private servers, and what becomes of a test that wants one where it can't be had. The
 * system property {@code test.servers} decides:
 * <ul>
 * <li>{@code if-found}, the default: it is skipped, and the log says so once for each
 * product</li>
 * <li>{@code required}: it fails</li>
 * <li>{@code none}: no server is started, wherever it is; the test is skipped</li>
 * </ul>
 */
public final class Servers {

	private static final Log logger = LogFactory.getLog(Servers.class);

	private static final String WANTED = System.getProperty("test.servers", "if-found");

	private static final Map<String, Shared> shared = new ConcurrentHashMap<>();

	private static final Map<String, AtomicInteger> skipped = new ConcurrentHashMap<>();

	private Servers() {
	}

	/**
	 * Starts a server for the caller alone, who may kill it and closes it.
	 * @param product the name of the product
	 * @param start starts it
	 * @return the server
	 * @throws TestAbortedException if it isn't there
	 */
	static DatabaseServer started(String product, Supplier<DatabaseServer> start) {
		switch (WANTED) {
			case "none" -> throw skip(product, "test.servers is none");
			case "if-found", "required" -> {
			}
			default ->
				throw new IllegalStateException("test.servers must be if-found, required or none, but is " + WANTED);
		}
		try {
			return start.get();
		}
		catch (ServerMissingException ex) {
			if ("required".equals(WANTED)) {
				throw ex;
			}
			throw skip(product, Objects.toString(ex.getMessage()));
		}
	}

	static DatabaseServer shared(String product, Supplier<DatabaseServer> start) {
		return shared.computeIfAbsent(product, (name) -> new Shared()).get(product, start);
	}

	private static TestAbortedException skip(String product, String reason) {
		int tests = skipped.computeIfAbsent(product, (name) -> new AtomicInteger()).incrementAndGet();
		if (tests == 1) {
			logger.warn("Tests that need %s are skipped: %s".formatted(product, reason));
		}
		return new TestAbortedException(
				"needs %s (%d. test or class without it): %s".formatted(product, tests, reason));
	}

	private static final class Shared {

		private final ReentrantLock lock = new ReentrantLock();

		private @Nullable DatabaseServer server;

		DatabaseServer get(String product, Supplier<DatabaseServer> start) {
			this.lock.lock();
			try {
				DatabaseServer running = this.server;
				if (running == null) {
					running = started(product, start);
					this.server = running;
					Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop " + product));
				}
				return running;
			}
			finally {
				this.lock.unlock();
			}
		}

	}

}
