package io.genstage.trial.process;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Map<String, AtomicInteger> skipped = new ConcurrentHashMap<>();

	private Servers() {
	}

	/**
	 * Starts a server for the caller alone, who may kill it and closes it.
	 * @param product the name of the product
	 * @param start starts it, or throws a {@link ServerMissingException}
	 * @param <S> the type of the server
	 * @return the server
	 * @throws TestAbortedException if it isn't there
	 */
	public static <S> S started(String product, Supplier<S> start) {
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

	private static TestAbortedException skip(String product, String reason) {
		int tests = skipped.computeIfAbsent(product, (name) -> new AtomicInteger()).incrementAndGet();
		if (tests == 1) {
			logger.warn("Tests that need %s are skipped: %s".formatted(product, reason));
		}
		return new TestAbortedException(
				"needs %s (%d. test or class without it): %s".formatted(product, tests, reason));
	}

}
