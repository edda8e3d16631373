package io.genstage.boot.observe;

import java.util.Map;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * What is known of a message that has come by a link in its observation. The carrier is
 * the headers of the message, of which nobody knows who has written them.
 */
public final class LinkReceivingObservationContext extends ReceiverContext<Map<String, String>> {

	private final LinkDefinition link;

	LinkReceivingObservationContext(LinkDefinition link, LinkMessage message) {
		super(Map::get, Kind.CONSUMER);
		this.link = link;
		setCarrier(message.headers());
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

}
