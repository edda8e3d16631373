package io.genstage.kafka;

import java.lang.System.Logger.Level;

import io.genstage.link.LinkListener;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * What an end of a link has reported of the broker: each change once. Only the thread of
 * the end changes it; others may look.
 */
final class Standing {

	private static final System.Logger logger = StageLog.of(Standing.class);

	private final LinkListener listener;

	private volatile boolean away;

	Standing(LinkListener listener) {
		this.listener = listener;
	}

	boolean isAway() {
		return this.away;
	}

	void away(Throwable cause) {
		if (!this.away) {
			this.away = true;
			this.listener.interrupted(cause);
		}
	}

	void back() {
		if (this.away) {
			this.away = false;
			this.listener.recovered();
		}
	}

	/** Reports what a look at the connections has found, if it has found anything. */
	void report(ConnectionWatch.@Nullable Finding finding) {
		if (finding == null) {
			return;
		}
		Throwable problem = finding.problem();
		if (problem == null) {
			back();
		}
		else {
			away(problem);
		}
	}

	void failed(String end, Throwable cause) {
		logger.log(Level.DEBUG, () -> end + " can't go on", cause);
		this.listener.failed(cause);
	}

}
