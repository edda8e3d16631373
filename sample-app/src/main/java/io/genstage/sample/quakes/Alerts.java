package io.genstage.sample.quakes;

import java.util.concurrent.atomic.AtomicLong;

import io.genstage.annotation.Consumer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Logs strong quakes.
 * <p>
 * A second consumer of {@code located}, which broadcasts: it gets what {@code store}
 * gets.
 */
@Component
class Alerts {

	private static final Logger logger = LoggerFactory.getLogger(Alerts.class);

	private static final double STRONG = 4.5;

	private final AtomicLong raised = new AtomicLong();

	Alerts(MeterRegistry meters) {
		FunctionCounter.builder("sample.quakes.alerts", this.raised, AtomicLong::get)
			.description("Quakes of magnitude 4.5 and up")
			.register(meters);
	}

	@Consumer(name = "alerts", subscribeTo = "located")
	void raise(Quake quake) {
		if (quake.magnitude() != null && quake.magnitude() >= STRONG) {
			this.raised.incrementAndGet();
			logger.info("M {} - {}", quake.magnitude(), quake.place());
		}
	}

	long raised() {
		return this.raised.get();
	}

}
