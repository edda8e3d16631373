package io.genstage.boot.autoconfigure;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import java.util.function.Function;

import io.genstage.log.StageLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Hands what the engine reports to the application's log, by the way that Spring takes
 * itself. The application closes it last, while the JVM's own log is deaf from the
 * beginning of a shutdown, and so during the drain.
 */
final class ApplicationLog implements System.Logger {

	private static final Function<String, System.Logger> LOGGERS = ApplicationLog::new;

	private final String name;

	private final Log log;

	private ApplicationLog(String name) {
		this.name = name;
		this.log = LogFactory.getLog(name);
	}

	/** Lets the engine use it from now on. */
	static void install() {
		StageLog.use(LOGGERS);
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public boolean isLoggable(Level level) {
		return switch (level) {
			case ALL, TRACE -> this.log.isTraceEnabled();
			case DEBUG -> this.log.isDebugEnabled();
			case INFO -> this.log.isInfoEnabled();
			case WARNING -> this.log.isWarnEnabled();
			case ERROR -> this.log.isErrorEnabled();
			case OFF -> false;
		};
	}

	@Override
	public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String message,
			@Nullable Throwable thrown) {
		switch (level) {
			case ALL, TRACE -> this.log.trace(message, thrown);
			case DEBUG -> this.log.debug(message, thrown);
			case INFO -> this.log.info(message, thrown);
			case WARNING -> this.log.warn(message, thrown);
			case ERROR -> this.log.error(message, thrown);
			case OFF -> {
			}
		}
	}

	@Override
	public void log(Level level, @Nullable ResourceBundle bundle, String format, Object @Nullable ... parameters) {
		boolean plain = parameters == null || parameters.length == 0;
		log(level, bundle, plain ? format : MessageFormat.format(format, parameters), (Throwable) null);
	}

}
