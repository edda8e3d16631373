package io.genstage.sample.signing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import io.genstage.annotation.Failure;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.failure.EventRejectedException;

import org.springframework.stereotype.Component;

/**
 * Turns away readers whose ticket is for something else. They are skipped: whoever waits
 * for their book gets to know that they won't get one.
 * <p>
 * It takes one reader at a time, since all the others are to wait in the line, where they
 * are counted.
 */
@Component
class TicketCheck {

	private static final Pattern VALID = Pattern.compile("SIGN-\\d{4}");

	private final AtomicLong turnedAway = new AtomicLong();

	@ProducerConsumer(name = "tickets", subscribeTo = "line", maxDemand = 1, minDemand = 0,
			failure = @Failure(then = "skip"))
	Reader check(Reader reader) {
		if (!VALID.matcher(reader.ticket()).matches()) {
			this.turnedAway.incrementAndGet();
			throw new EventRejectedException("the ticket is for something else");
		}
		return reader;
	}

	long turnedAway() {
		return this.turnedAway.get();
	}

}
