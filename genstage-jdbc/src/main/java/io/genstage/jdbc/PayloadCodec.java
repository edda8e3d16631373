package io.genstage.jdbc;

import java.lang.reflect.Type;

/**
 * Writes events into a database and reads them back. A bean of this type takes the place
 * of the application's JSON mapper; one that encrypts may have another codec within it.
 * Any thread may call any method, several at a time.
 *
 * @see JsonPayloadCodec
 */
public interface PayloadCodec {

	/**
	 * Returns what an event is written as. It is kept beside the event.
	 * @return a media type such as {@code application/json}, of at most 100 characters
	 */
	String contentType();

	/**
	 * Writes an event.
	 * @param event the event
	 * @return what is to be kept
	 * @throws RuntimeException if it can't be written; the event stays with its stage
	 * then, which waits and tries again
	 */
	byte[] write(Object event);

	/**
	 * Reads an event.
	 * @param payload what was written
	 * @param contentType what it was written as, maybe by another codec
	 * @param type the type of the events that its stage takes now, or a subtype of it
	 * that the event was of
	 * @return the event
	 * @throws RuntimeException if it can't be read; the letter waits then. The message is
	 * shown to nobody, since it may hold data of the event, but the name of the class is
	 */
	Object read(byte[] payload, String contentType, Type type);

}
