package io.genstage.sample.signing;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the book signing goes.
 *
 * @param line number of readers that may wait, at least 1
 * @param pace time that the author takes for one book, from 0 to one hour
 */
@ConfigurationProperties("sample.signing")
record SigningProperties(@DefaultValue("20") int line, @DefaultValue("50ms") Duration pace) {

	private static final Duration SLOWEST = Duration.ofHours(1);

	SigningProperties {
		if (line < 1) {
			throw new IllegalArgumentException("sample.signing.line must be at least 1, was " + line);
		}
		if (pace.isNegative() || pace.compareTo(SLOWEST) > 0) {
			throw new IllegalArgumentException("sample.signing.pace must be from 0s to 1h, was " + pace);
		}
	}

}
