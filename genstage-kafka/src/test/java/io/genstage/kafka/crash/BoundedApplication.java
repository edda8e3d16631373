package io.genstage.kafka.crash;

import java.util.Map;

import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.link.BoundedReading;

/**
 * Reads a topic with many messages as slowly as can be.
 */
final class BoundedApplication {

	private BoundedApplication() {
	}

	/**
	 * Takes the address of the broker, the topic, the group, and the numbers of
	 * {@link BoundedReading}.
	 */
	public static void main(String[] arguments) {
		KafkaLinks links = new KafkaLinks(KafkaServer.consumers(arguments[0], Map.of()),
				KafkaServer.producers(arguments[0]));
		LinkDefinition link = LinkDefinition.of(arguments[1]).withSettings(Map.of("group", arguments[2]));
		BoundedReading.main(new LinkReceiver(links, link, LinkOptions.defaults()), arguments[3], arguments[4],
				arguments[5]);
	}

}
