package io.genstage.log;

import java.util.function.Function;

/**
 * Where the engine's reports go: to the JVM's {@link System.Logger}, unless an
 * application has them go to its own log.
 *
 * <pre>{@code
 * StageLog.use((name) -> new MySystemLogger(LoggerFactory.getLogger(name)));
 * }</pre>
 *
 * The JVM's own backend is {@code java.util.logging}, which drops everything as soon as
 * the JVM begins to shut down. Whatever goes wrong while stages are drained by a shutdown
 * hook is then reported nowhere, so an application that drains should choose a log of its
 * own. The Spring Boot starter does that.
 * <p>
 * The choice is for the whole JVM, or for all that share the classes of the engine.
 */
public final class StageLog {

	private static volatile Function<String, System.Logger> loggers = System::getLogger;

	private StageLog() {
	}

	/**
	 * Chooses where all reports go from now on, also those of stages that run already.
	 * @param loggers returns the logger of a name, which is that of a class; called once
	 * for each name, by any thread
	 */
	public static void use(Function<String, System.Logger> loggers) {
		StageLog.loggers = loggers;
	}

	/**
	 * Returns the logger of a class. It never throws, whatever it is to log: a throwable
	 * that can't be printed, or not within reason, is replaced by one with its class, its
	 * stack and as much of its text as is fit.
	 * @param type the class
	 * @return the logger, which follows later choices
	 */
	public static System.Logger of(Class<?> type) {
		return new SafeLogger(type.getName(), () -> loggers);
	}

	/**
	 * Returns a text of a throwable, or of another object of somebody else's, that is fit
	 * for one line of a message.
	 * @param object the object
	 * @return what its {@code toString} says, cut and with control characters escaped, or
	 * what class it is of if that throws
	 */
	public static String describe(Object object) {
		return SafeText.line(object);
	}

}
