package io.genstage.link;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * The receiving end of a link. Any thread may call any method; only {@link #close()} may
 * block. After it the others do nothing.
 * <p>
 * A message that was delivered and not settled is delivered again, to whoever reads the
 * link next: when the reader is closed, when the process ends, and when the engine
 * {@linkplain LinkListener#interrupted can't be reached} and takes it back.
 */
public interface LinkReader extends AutoCloseable {

	/**
	 * Asks for messages. Never more are delivered than were asked for in all; one that is
	 * delivered again counts again. What there is not yet is delivered when it comes.
	 * @param messages how many more, at least 1
	 */
	void ask(long messages);

	/**
	 * Settles messages that this reader has delivered, in any order. The first settlement
	 * of a delivery counts; one that comes later, or when the engine has taken the
	 * message back, changes nothing. It need not be done when this returns: it is when
	 * the reader has been closed while the engine could be reached.
	 * @param settlements what is to become of which message
	 */
	void settle(List<LinkSettlement> settlements);

	/**
	 * Delivers nothing more. Settlements are still taken.
	 * @return completes behind the last delivery, on any thread
	 */
	CompletionStage<Void> stop();

	/**
	 * Returns how many messages wait at the engine, as it was seen last: they are not
	 * delivered to a reader, or are to be delivered again.
	 * @return the number, or empty if it isn't known
	 */
	OptionalLong backlog();

	/**
	 * Returns how many settlements changed nothing, since the engine had taken the
	 * message back: its partition had gone to another reader, or another one owns the
	 * link. What was handled so is handled again elsewhere.
	 * @return the number since the reader was opened, 0 if the engine takes nothing back
	 */
	default long stale() {
		return 0;
	}

	/**
	 * Returns how many rejected messages of the link the engine keeps until somebody
	 * decides what becomes of them, as it was seen last.
	 * @return the number, or empty if it isn't known
	 */
	default OptionalLong rejected() {
		return OptionalLong.empty();
	}

	/**
	 * Brings settlements to the engine, gives back what is not settled, and leaves. When
	 * this returns, the listener isn't called any more, and no thread and no connection
	 * of this reader is left. While the engine can't be reached, settlements may be lost,
	 * and their messages come again. A second call does nothing.
	 */
	@Override
	void close();

	/**
	 * Gets what a reader delivers.
	 */
	interface Listener extends LinkListener {

		/**
		 * Messages have come.
		 * @param records the messages, at least one
		 */
		void delivered(List<LinkRecord> records);

	}

}
