package io.genstage.trial.broker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The broker of this JVM, and what becomes of a test where there is to be none. The
 * system property {@code test.servers} decides: with {@code none} no broker is started
 * and the test is skipped, which the log says once. With {@code if-found}, the default,
 * and {@code required} it is started; as it is on the class path, it is always found.
 */
final class Shared {

	private static final Log logger = LogFactory.getLog(Shared.class);

	private static final String WANTED = System.getProperty("test.servers", "if-found");

	private static final AtomicInteger skipped = new AtomicInteger();

	private static final ReentrantLock lock = new ReentrantLock();

	private static @Nullable KafkaServer server;

	private Shared() {
	}

	static KafkaServer get(Supplier<KafkaServer> start) {
		switch (WANTED) {
			case "none" -> throw skip();
			case "if-found", "required" -> {
			}
			default ->
				throw new IllegalStateException("test.servers must be if-found, required or none, but is " + WANTED);
		}
		lock.lock();
		try {
			KafkaServer running = server;
			if (running == null) {
				running = start.get();
				server = running;
			}
			return running;
		}
		finally {
			lock.unlock();
		}
	}

	private static TestAbortedException skip() {
		int tests = skipped.incrementAndGet();
		if (tests == 1) {
			logger.warn("Tests that need Kafka are skipped: test.servers is none");
		}
		return new TestAbortedException("needs Kafka (%d. test without it): test.servers is none".formatted(tests));
	}

}
