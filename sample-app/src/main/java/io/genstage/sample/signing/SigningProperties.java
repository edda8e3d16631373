package io.genstage.sample.signing;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the book signing goes.
 *
 * @param line number of readers that may wait, at least 1
 * @param pace time that the author takes for one book, from 0 to one hour
 * @param slowPace time that a slow author takes for one book, from 0 to one hour
 * @param patience how long a request waits for its book to be signed, from a millisecond
 * to 20 seconds; Tomcat looks at it once a second
 */
@ConfigurationProperties("sample.signing")
record SigningProperties(@DefaultValue("20") int line, @DefaultValue("50ms") Duration pace,
		@DefaultValue("1s") Duration slowPace, @DefaultValue("5s") Duration patience) {

	private static final Duration SLOWEST = Duration.ofHours(1);

	private static final Duration MOST_PATIENT = Duration.ofSeconds(20);

	SigningProperties {
		if (line < 1) {
			throw new IllegalArgumentException("sample.signing.line must be at least 1, was " + line);
		}
		check("pace", pace);
		check("slow-pace", slowPace);
		if (patience.toMillis() < 1 || patience.compareTo(MOST_PATIENT) > 0) {
			throw new IllegalArgumentException("sample.signing.patience must be from 1ms to 20s, was " + patience);
		}
	}

	private static void check(String property, Duration pace) {
		if (pace.isNegative() || pace.compareTo(SLOWEST) > 0) {
			throw new IllegalArgumentException(
					"sample.signing.%s must be from 0s to 1h, was %s".formatted(property, pace));
		}
	}

}
