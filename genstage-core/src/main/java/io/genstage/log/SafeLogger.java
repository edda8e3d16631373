package io.genstage.log;

import java.util.ResourceBundle;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Logs by whatever logger is chosen at the moment, and never throws: neither what is
 * logged nor the one who logs may change what becomes of a stage.
 */
final class SafeLogger implements System.Logger {

	private final String name;

	private final Supplier<Function<String, System.Logger>> choice;

	private volatile @Nullable Chosen chosen;

	/**
	 * Creates a logger.
	 * @param choice returns who makes the loggers at the moment
	 */
	SafeLogger(String name, Supplier<Function<String, System.Logger>> choice) {
		this.name = name;
		this.choice = choice;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public boolean isLoggable(Level level) {
		return chosen().isLoggable(level);
	}

	@Override
	public void log(Level level, Supplier<String> message) {
		log(level, message, null);
	}

	@Override
	public void log(Level level, Supplier<String> message, @Nullable Throwable thrown) {
		if (isLoggable(level)) {
			log(level, (ResourceBundle) null, textOf(message), thrown);
		}
	}

	private static String textOf(Supplier<String> message) {
		try {
			return message.get();
		}
		catch (Throwable ex) {
			return "(a report can't be made: %s)".formatted(ex.getClass().getName());
		}
	}

	@Override
	public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String message,
			@Nullable Throwable thrown) {
		try {
			chosen().log(level, bundle, message, (thrown != null) ? LoggableThrowable.of(thrown) : null);
		}
		catch (Throwable ex) {
			logWithout(level, message, thrown, ex);
		}
	}

	/** The logger may ask more of a throwable than could be foreseen. */
	private void logWithout(Level level, @Nullable String message, @Nullable Throwable thrown, Throwable failure) {
		try {
			chosen().log(level, "%s (%s, which the log can't take: %s)".formatted(message,
					(thrown != null) ? thrown.getClass().getName() : "a report", failure.getClass().getName()));
		}
		catch (Throwable ex) {
			// There is nobody left to report it to.
		}
	}

	@Override
	public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
		chosen().log(level, bundle, format, parameters);
	}

	@SuppressWarnings("ReferenceEquality") // another choice is another object
	private System.Logger chosen() {
		Function<String, System.Logger> loggers = this.choice.get();
		Chosen last = this.chosen;
		if (last == null || last.loggers() != loggers) {
			last = new Chosen(loggers, loggers.apply(this.name));
			this.chosen = last;
		}
		return last.logger();
	}

	/**
	 * A logger and who made it.
	 */
	private record Chosen(Function<String, System.Logger> loggers, System.Logger logger) {
	}

}
