package io.genstage.sample.quakes;

import io.genstage.sample.switchboard.Switch;
import io.genstage.sample.switchboard.Switchboard;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.stereotype.Component;

/**
 * What a broken feed makes of features: one in fifty comes without its network.
 */
@Component
class TornFeatures {

	private static final int ONE_IN = 50;

	private final Switchboard switches;

	TornFeatures(Switchboard switches) {
		this.switches = switches;
	}

	/**
	 * Returns a feature as it comes out of the feed.
	 * @param feature the feature
	 * @param number its number in the feed, from 1 on
	 * @return the feature, torn if it is its turn and the feed is broken
	 */
	JsonNode outOfTheFeed(JsonNode feature, long number) {
		if (number % ONE_IN == 0 && this.switches.isOn(Switch.BROKEN_FEED)
				&& feature.path("properties") instanceof ObjectNode properties) {
			properties.remove("net");
		}
		return feature;
	}

}
