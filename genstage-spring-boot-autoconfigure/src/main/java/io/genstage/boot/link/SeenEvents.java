package io.genstage.boot.link;

import java.time.Duration;
import java.util.Map;
import java.util.function.ObjLongConsumer;

import io.genstage.CallScope;
import io.genstage.link.LinkProvider;

/**
 * Lets each call of a handler be a transaction that remembers its events, so that those
 * that come again are recognized, whatever engine carries them. A module that knows where
 * handlers write defines such a bean.
 */
public interface SeenEvents {

	/**
	 * Returns whether a reader of a link keeps one of the connections that transactions
	 * need.
	 * @param provider carries links
	 * @return whether there is one less for each link that is read
	 */
	boolean keepsConnection(LinkProvider provider);

	/**
	 * Returns how many connections there are.
	 * @return the number of connections, 0 if it isn't known
	 */
	int connections();

	/**
	 * Returns what lets a call be a transaction. It is asked for once, before any stage
	 * starts.
	 * @param keepFor how long ids are remembered, by the names of the links
	 * @param repeated gets the name of a link, and how many of its events were left out
	 * of a call, since they were handled before
	 * @return what surrounds the calls of handlers, which stages may share
	 * @throws IllegalStateException if there can't be transactions; the message says why
	 * and what to do about it
	 */
	CallScope scope(Map<String, Duration> keepFor, ObjLongConsumer<String> repeated);

}
