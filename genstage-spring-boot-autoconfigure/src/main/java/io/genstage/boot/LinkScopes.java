package io.genstage.boot;

import java.util.List;
import java.util.Optional;

import io.genstage.CallScope;
import io.genstage.link.LinkProvider;

/**
 * A way to let the calls of handlers behind links be transactions, so that a crash
 * repeats nothing: which links ask for it by their settings, and what it needs.
 */
interface LinkScopes {

	/** Returns the setting of a link that asks for it. */
	String setting();

	/** Returns whether a link asks for it. */
	boolean isWanted(LinkPlan plan);

	/** Returns why it can't be had for a link that asks for it. */
	Optional<String> problemWith(LinkPlan plan);

	/** Returns whether a reader of a link keeps one of the connections. */
	boolean keepsConnection(LinkProvider provider);

	/** Returns how many connections there are, 0 if it isn't known. */
	int connections();

	/**
	 * Returns what surrounds the calls.
	 * @param plans the links that ask for it, without a problem
	 * @throws IllegalStateException if it can't be had; the message says why and what to
	 * do about it
	 */
	CallScope scope(List<LinkPlan> plans);

}
