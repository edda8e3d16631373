package io.genstage.boot.link;

import io.genstage.link.LinkMessage;

/**
 * The headers of messages that are written and read here.
 */
public final class LinkHeaders {

	/**
	 * Of what the payload is: {@code application/json}.
	 */
	public static final String CONTENT_TYPE = "content-type";

	/**
	 * What distinguishes a message from all others, also when it is delivered again: a
	 * random UUID.
	 */
	public static final String EVENT_ID = LinkMessage.EVENT_ID;

	private LinkHeaders() {
	}

}
