package io.genstage.boot.link;

import java.util.Optional;

import io.genstage.link.LinkMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Makes messages of events, and events of messages, for links. A bean of this type
 * replaces the one that writes and reads JSON, for all links, or, with
 * {@code defaultCandidate = false}, for those that name it as their {@code converter}.
 * Events that are a {@code byte[]} or a {@code String} need none.
 * <p>
 * Stages call it, several at a time. What it throws is a failure of that event: it is
 * tried again or becomes a dead letter, as the failure policy of the stage says.
 */
public interface LinkConverter {

	/**
	 * Makes a message of an event.
	 * @param event the event
	 * @param type the type of the events of the link, with its generics, or
	 * {@link ResolvableType#NONE} if the stage that emits them doesn't say it
	 * @return the payload, and headers such as {@code content-type}; a key of it is kept
	 * if the link has none
	 * @throws Exception if the event can't be written
	 */
	LinkMessage write(Object event, ResolvableType type) throws Exception;

	/**
	 * Makes an event of a message. Who has sent it isn't known: nothing in it may decide
	 * of which class the event is, unless that is one of those that are expected.
	 * @param message the message; without a payload only if the link says that such
	 * messages are to be converted
	 * @param type what the stages take that subscribe to the link, with its generics
	 * @return the event, or {@code null} if there is none, which is done then
	 * @throws Exception if the message can't be read
	 */
	@Nullable Object read(LinkMessage message, ResolvableType type) throws Exception;

	/**
	 * Returns what is wrong with the type of the events of a link, to be reported when
	 * the application starts.
	 * @param type the type of the events
	 * @return what is wrong, in the words behind "events are Order, which", or nothing if
	 * they can be read or nobody knows it before
	 */
	default Optional<String> problemWith(ResolvableType type) {
		return Optional.empty();
	}

}
