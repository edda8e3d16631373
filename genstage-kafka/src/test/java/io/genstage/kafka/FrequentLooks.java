package io.genstage.kafka;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets tests see soon what they wait for, and wait as long as a busy machine may take.
 * What they look at is often a broker. JUnit finds this class by itself. A look that
 * throws has not yet found what it looks for: the list it wants the first of is still
 * empty, the stage not yet started. It is reported when the time is up.
 */
public final class FrequentLooks implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultPollDelay(Duration.ZERO);
		Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
		Awaitility.ignoreExceptionsByDefault();
	}

}
