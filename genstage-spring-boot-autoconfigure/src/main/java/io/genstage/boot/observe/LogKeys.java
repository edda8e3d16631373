package io.genstage.boot.observe;

import io.genstage.StageObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What lines of the log have that are written in a call of a handler. Not loaded without
 * the jar of the log.
 */
final class LogKeys {

	private static final String STAGE = "genstage.stage";

	private static final String ATTEMPT = "genstage.attempt";

	private LogKeys() {
	}

	/**
	 * Sets the keys on this thread.
	 * @param stage the name of the stage
	 * @return takes them back
	 */
	static Runnable set(String stage, StageObserver.Call call) {
		String stageBefore = MDC.get(STAGE);
		String attemptBefore = MDC.get(ATTEMPT);
		MDC.put(STAGE, stage);
		MDC.put(ATTEMPT, Integer.toString(call.attempt()));
		return () -> {
			restore(STAGE, stageBefore);
			restore(ATTEMPT, attemptBefore);
		};
	}

	private static void restore(String key, @Nullable String before) {
		if (before != null) {
			MDC.put(key, before);
		}
		else {
			MDC.remove(key);
		}
	}

}
