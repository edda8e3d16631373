package io.genstage.log;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Stands for a throwable that a log can't take: one whose methods throw, or whose text or
 * causes have no end. It has the class, the stack and the causes of the other one, and as
 * much of its text as is fit.
 */
final class LoggableThrowable extends Throwable {

	private static final long serialVersionUID = 1L;

	/** Causes and suppressed ones, all together. */
	private static final int MAX_THROWABLES = 50;

	private LoggableThrowable(String text, @Nullable Throwable cause) {
		super(text, cause);
	}

	/** Returns a throwable itself if it can be logged, and what stands for it if not. */
	static Throwable of(Throwable thrown) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		return isLoggable(thrown, seen) ? thrown : standIn(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
	}

	private static boolean isLoggable(@Nullable Throwable thrown, Set<Throwable> seen) {
		if (thrown == null || seen.contains(thrown)) {
			return true;
		}
		if (seen.size() == MAX_THROWABLES) {
			return false;
		}
		seen.add(thrown);
		try {
			boolean good = isShort(thrown.getMessage()) && isShort(thrown.getLocalizedMessage())
					&& isShort(thrown.toString()) && thrown.getStackTrace() != null
					&& isLoggable(thrown.getCause(), seen);
			for (Throwable suppressed : thrown.getSuppressed()) {
				good = good && isLoggable(suppressed, seen);
			}
			return good;
		}
		catch (Throwable ex) {
			return false;
		}
	}

	private static boolean isShort(@Nullable String text) {
		return text == null || text.length() <= SafeText.MAX_LENGTH;
	}

	private static Throwable standIn(Throwable thrown, Set<Throwable> seen) {
		seen.add(thrown);
		Throwable cause = causeOf(thrown);
		LoggableThrowable standIn = new LoggableThrowable(SafeText.of(thrown),
				(cause != null && isNext(cause, seen)) ? standIn(cause, seen) : null);
		standIn.setStackTrace(stackOf(thrown));
		for (Throwable suppressed : thrown.getSuppressed()) {
			if (isNext(suppressed, seen)) {
				standIn.addSuppressed(standIn(suppressed, seen));
			}
		}
		return standIn;
	}

	private static boolean isNext(Throwable thrown, Set<Throwable> seen) {
		return seen.size() < MAX_THROWABLES && !seen.contains(thrown);
	}

	private static @Nullable Throwable causeOf(Throwable thrown) {
		try {
			return thrown.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/** Returns the stack of a throwable, or none if it has none to give. */
	static StackTraceElement[] stackOf(Throwable thrown) {
		try {
			return thrown.getStackTrace().clone();
		}
		catch (Throwable ex) {
			return new StackTraceElement[0];
		}
	}

	@Override
	@SuppressWarnings("OverrideThrowableToString") // the name of this class says nothing
	public String toString() {
		return String.valueOf(getMessage());
	}

}
