package io.genstage.kafka;

import java.lang.System.Logger.Level;

import io.genstage.link.LinkListener;
import io.genstage.log.StageLog;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

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
		this.listener.failed((cause instanceof AuthenticationException) ? turnedAway(end, cause) : cause);
	}

	/** What the client says of it names neither the link nor what is behind it. */
	private static AuthenticationException turnedAway(String end, Throwable cause) {
		boolean isOfTls = cause instanceof SslAuthenticationException;
		return new AuthenticationException("%s %s: %s".formatted(end,
				isOfTls ? "has no TLS connection to the broker" : "can't sign in at the broker",
				NestedExceptionUtils.getMostSpecificCause(cause).getMessage()), cause);
	}

}
