package io.genstage;

import java.lang.System.Logger.Level;

import io.genstage.log.StageLog;

/**
 * What happens to a message for a stage that doesn't handle messages.
 */
final class UnexpectedInfo {

	private static final System.Logger logger = StageLog.of(UnexpectedInfo.class);

	private UnexpectedInfo() {
	}

	static void warn(Stage stage, Object message) {
		logger.log(Level.WARNING,
				() -> "%s got a message of %s, which it doesn't handle: override onInfo or don't send it"
					.formatted(stage.getClass().getName(), message.getClass().getName()));
	}

}
