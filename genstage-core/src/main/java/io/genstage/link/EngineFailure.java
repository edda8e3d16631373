package io.genstage.link;

import org.jspecify.annotations.Nullable;

/**
 * Why the engine was of no use to the sending ends of a link, as long as it has confirmed
 * nothing since. All runs and instances of such an end share one. Any thread may use it.
 */
final class EngineFailure {

	private volatile @Nullable Throwable cause;

	void occurred(Throwable cause) {
		this.cause = cause;
	}

	/** The engine has taken a message. */
	void disproved() {
		if (this.cause != null) {
			this.cause = null;
		}
	}

	/** Returns the latest one, or {@code null} if the engine is of use. */
	@Nullable Throwable cause() {
		return this.cause;
	}

}
