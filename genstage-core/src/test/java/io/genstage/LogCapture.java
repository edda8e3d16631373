package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Collects what the engine logs on the thread of the test instead of printing it. What
 * other threads log is dropped: it may come from stages of an earlier test that end late.
 */
public final class LogCapture implements BeforeEachCallback, AfterEachCallback {

	// Held, because the log manager forgets loggers that nobody else knows.
	private final Logger logger = Logger.getLogger("io.genstage");

	private final List<String> lines = new ArrayList<>();

	private final Thread test = Thread.currentThread();

	private final Handler handler = new Handler() {

		@Override
		public void publish(LogRecord line) {
			if (Thread.currentThread() == LogCapture.this.test) {
				LogCapture.this.lines.add(line.getLevel() + " " + line.getMessage());
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	@Override
	public void beforeEach(ExtensionContext context) {
		this.handler.setLevel(Level.INFO);
		this.logger.setUseParentHandlers(false);
		this.logger.addHandler(this.handler);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.logger.removeHandler(this.handler);
		this.logger.setUseParentHandlers(true);
	}

	/** Returns what was logged since the last call, as {@code LEVEL message}. */
	public List<String> read() {
		List<String> read = List.copyOf(this.lines);
		this.lines.clear();
		return read;
	}

}
