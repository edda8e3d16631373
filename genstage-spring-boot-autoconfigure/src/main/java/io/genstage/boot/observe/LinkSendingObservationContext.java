package io.genstage.boot.observe;

import java.util.HashMap;
import java.util.Map;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message that is sent by a link in its observation. The carrier is
 * the headers of the message, to which propagation adds its own.
 */
public final class LinkSendingObservationContext extends SenderContext<Map<String, String>> {

	private final LinkDefinition link;

	private boolean over;

	LinkSendingObservationContext(LinkDefinition link, LinkMessage message) {
		super(LinkSendingObservationContext::set, Kind.PRODUCER);
		this.link = link;
		setCarrier(new HashMap<>(message.headers()));
	}

	private static void set(@Nullable Map<String, String> headers, String name, @Nullable String value) {
		if (headers != null && value != null) {
			headers.put(name, value);
		}
	}

	/**
	 * Returns the name of the link.
	 * @return the name, which is that of the stage whose events travel
	 */
	public String getLink() {
		return this.link.name();
	}

	/**
	 * Returns what the engine calls the link.
	 * @return a topic, for instance
	 */
	public String getDestination() {
		return this.link.destination();
	}

	/**
	 * Returns how it has ended.
	 * @return {@code success} if the engine has the message, or {@code failure};
	 * {@code unknown} as long as it is not confirmed
	 */
	public String getOutcome() {
		if (!this.over) {
			return "unknown";
		}
		return (getError() != null) ? "failure" : "success";
	}

	/** It is over, and what has failed is set. */
	void end() {
		this.over = true;
	}

}
