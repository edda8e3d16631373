package io.genstage.boot.link;

import java.util.function.ObjLongConsumer;

import io.genstage.CallScope;
import io.genstage.link.LinkProvider;

/**
 * Lets the calls of a handler and the settlement of its messages be one transaction. A
 * module whose engine keeps messages where handlers write defines such a bean.
 */
public interface LinkInboxes {

	/**
	 * Returns whether messages of a provider can be settled by a transaction.
	 * @param provider carries links
	 * @return whether {@link #scope} is for stages behind them
	 */
	boolean settles(LinkProvider provider);

	/**
	 * Returns how many transactions there can be at once, together with readers of links,
	 * which have a connection each.
	 * @return the number of connections, 0 if it isn't known
	 */
	int connections();

	/**
	 * Returns what lets a call be a transaction.
	 * @param repeated gets the name of a link, and how many of its events were left out
	 * of a call, since they were handled before
	 * @return what surrounds the calls of handlers, which stages may share
	 * @throws IllegalStateException if there can't be transactions; the message says why
	 * and what to do about it
	 */
	CallScope scope(ObjLongConsumer<String> repeated);

}
