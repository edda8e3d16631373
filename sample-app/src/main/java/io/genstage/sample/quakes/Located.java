package io.genstage.sample.quakes;

import io.genstage.annotation.ProducerConsumer;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Makes quakes of features, for everybody who subscribes.
 * <p>
 * A stage as a method: it takes one event, and what it returns is emitted. A feature for
 * which it throws becomes a dead letter.
 */
@Component
class Located {

	private final FeatureParser parser;

	Located(FeatureParser parser) {
		this.parser = parser;
	}

	@ProducerConsumer(name = "located", subscribeTo = "feed", maxDemand = 100, dispatcher = "broadcast")
	Quake locate(JsonNode feature) {
		return this.parser.parse(feature);
	}

}
