package io.genstage.sample.signing;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import io.genstage.annotation.ProducerConsumer;

import org.springframework.stereotype.Component;

/**
 * Turns away readers whose ticket is for something else.
 * <p>
 * It takes one reader at a time, since all the others are to wait in the line, where they
 * are counted.
 */
@Component
class TicketCheck {

	private static final Pattern VALID = Pattern.compile("SIGN-\\d{4}");

	private final AtomicLong turnedAway = new AtomicLong();

	@ProducerConsumer(name = "tickets", subscribeTo = "line", maxDemand = 1, minDemand = 0)
	Optional<Reader> check(Reader reader) {
		if (VALID.matcher(reader.ticket()).matches()) {
			return Optional.of(reader);
		}
		this.turnedAway.incrementAndGet();
		return Optional.empty();
	}

	long turnedAway() {
		return this.turnedAway.get();
	}

}
