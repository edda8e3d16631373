package io.genstage.sample.quakes;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.annotation.ProducerConsumer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Lets only well-formed quakes pass, to everybody who subscribes.
 * <p>
 * A stage as a method: it takes one event, and what it returns is emitted.
 */
@Component
class Located {

	private static final Logger logger = LoggerFactory.getLogger(Located.class);

	private final AtomicLong rejected = new AtomicLong();

	Located(MeterRegistry meters) {
		FunctionCounter.builder("sample.quakes.rejected", this.rejected, AtomicLong::get)
			.description("Features of the feed that are no quakes")
			.register(meters);
	}

	@ProducerConsumer(name = "located", subscribeTo = "feed", maxDemand = 100, dispatcher = "broadcast")
	Optional<Quake> locate(JsonNode feature) {
		try {
			return Optional.of(QuakeParser.parse(feature));
		}
		catch (MalformedFeatureException ex) {
			this.rejected.incrementAndGet();
			logger.warn("feature '{}' is rejected: {}", QuakeParser.id(feature), ex.getMessage());
			return Optional.empty();
		}
	}

	long rejected() {
		return this.rejected.get();
	}

}
