package io.genstage.link;

/**
 * An engine that carries links. Any thread may call any method.
 * <p>
 * Both methods that open an end of a link return at once, whether the engine can be
 * reached or not: it is connected to in the background, and that it can't be is
 * {@linkplain LinkListener#interrupted reported}. They throw what won't be better by
 * waiting, such as a setting that nobody knows.
 * <p>
 * Several senders may write to a link, and several receivers may read from it, in one JVM
 * or in many. A message is given to one of the readers. How they share messages is up to
 * the provider: by key, in turn, or all to one of them while the others stand by.
 * <p>
 * Messages with the same key are delivered in the order in which they were sent by one
 * writer, unless the provider says that its engine keeps no order. What is delivered
 * again may come late.
 */
public interface LinkProvider {

	/**
	 * Returns by which name links choose this provider.
	 * @return the type, in lower case: {@code kafka}
	 */
	String type();

	/**
	 * Returns whether what was sent is still there when this JVM has ended. If it isn't,
	 * a drain hands on all that was sent before a receiver completes, and
	 * {@link LinkReader#backlog()} is exact.
	 * @return {@code true} by default
	 */
	default boolean isLasting() {
		return true;
	}

	/**
	 * Returns whether a message that is to be {@linkplain LinkSettlement.Action#RETRY
	 * retried} waits at the engine, which keeps its time and the number of its attempts
	 * when this JVM has ended. Otherwise both are forgotten then, and what waits may hold
	 * up what was sent behind it, so that a long {@link LinkOptions#retryAfter()} is
	 * logged as a warning when an application starts.
	 * <p>
	 * One that does is also given messages to {@linkplain LinkSettlement.Action#HOLD
	 * hold} which a stage is to attempt again later, and must keep their note: without it
	 * the attempts of the stage would begin again each time, and never end.
	 * @return {@code false} by default
	 */
	default boolean keepsRetries() {
		return false;
	}

	/**
	 * Checks the settings of a link, before anything is opened and without asking the
	 * engine. What it throws is what opening an end of the link would throw.
	 * @param link the link
	 * @throws IllegalArgumentException if a setting of the link is unknown or wrong; the
	 * message says which one
	 */
	default void check(LinkDefinition link) {
	}

	/**
	 * Checks what matters to the receiving end of a link alone, as {@link #check} does.
	 * It is called besides, when an application with a receiving end starts.
	 * @param link the link
	 * @throws IllegalArgumentException if the link can't be read as the application has
	 * set it up; the message says which setting is wrong
	 */
	default void checkReading(LinkDefinition link) {
	}

	/**
	 * Returns what a receiving end of a link takes its messages from, for messages and to
	 * compare: two links of one application for which that is equal would have their
	 * messages between them, each one at one of the two, which is refused when it starts.
	 * @param link the link, whose settings are right
	 * @return the destination by default
	 */
	default String sourceOf(LinkDefinition link) {
		return "the destination '%s'".formatted(link.destination());
	}

	/**
	 * Opens the receiving end of a link.
	 * @param link the link
	 * @param listener gets what is delivered, from now on
	 * @return the reader, which delivers nothing unless it is asked
	 * @throws IllegalArgumentException if a setting of the link is unknown or wrong
	 */
	LinkReader openReader(LinkDefinition link, LinkReader.Listener listener);

	/**
	 * Opens the sending end of a link.
	 * @param link the link
	 * @param listener hears whether the engine can be reached, from now on
	 * @return the writer
	 * @throws IllegalArgumentException if a setting of the link is unknown or wrong
	 */
	LinkWriter openWriter(LinkDefinition link, LinkListener listener);

}
