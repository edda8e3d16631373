package io.genstage.flow;

import io.genstage.ExitReason;

/**
 * Signals to a {@link java.util.concurrent.Flow.Subscriber} that there are no more
 * events, because a stage ended in another than a {@linkplain ExitReason#isClean() clean}
 * way and without an exception that could be passed on instead.
 */
public class StageEndedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ExitReason reason;

	StageEndedException(ExitReason reason) {
		super("there are no more events, because a stage or its subscription has ended: " + reason);
		this.reason = reason;
	}

	/**
	 * Returns why it ended.
	 * @return the reason
	 */
	public ExitReason reason() {
		return this.reason;
	}

}
