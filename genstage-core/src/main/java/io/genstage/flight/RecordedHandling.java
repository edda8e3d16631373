package io.genstage.flight;

import org.jspecify.annotations.Nullable;

/**
 * Events that are being handled while somebody records it.
 */
public interface RecordedHandling {

	/**
	 * The events have been handled, or some of them have failed. Any thread may call
	 * this, once.
	 * @param failure what has failed, or {@code null} if all went well
	 */
	void end(@Nullable Throwable failure);

}
