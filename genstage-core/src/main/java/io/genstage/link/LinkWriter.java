package io.genstage.link;

import java.util.concurrent.CompletionStage;

/**
 * The sending end of a link. Any thread may call any method; only {@link #close()} may
 * block.
 */
public interface LinkWriter extends AutoCloseable {

	/**
	 * Sends a message. How many may be sent before the first is confirmed is up to the
	 * caller. While the engine can't be reached the message waits; it fails only for what
	 * is its own fault, such as being too large.
	 * @param message the message
	 * @return completes, on any thread, when the engine has the message and won't lose it
	 * when this JVM ends. Fails if the engine refuses it, and with an
	 * {@link IllegalStateException} if the writer is closed before it is confirmed: it
	 * may have arrived nevertheless
	 */
	CompletionStage<Void> send(LinkMessage message);

	/**
	 * Gives up what is not confirmed, and leaves. When this returns, the listener isn't
	 * called any more, and no thread and no connection of this writer is left. A second
	 * call does nothing.
	 */
	@Override
	void close();

}
