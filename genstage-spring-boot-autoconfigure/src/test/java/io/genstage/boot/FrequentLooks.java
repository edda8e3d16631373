package io.genstage.boot;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets tests see soon what they wait for: Awaitility looks for the first time after 100
 * ms, and most of what tests wait for is there by then. They wait for it as long as a
 * busy machine may take. JUnit finds this class by itself. A look that throws has not yet
 * found what it looks for: the list it wants the first of is still empty, the stage not
 * yet started. It is reported when the time is up.
 */
public final class FrequentLooks implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultPollDelay(Duration.ZERO);
		Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
		Awaitility.ignoreExceptionsByDefault();
	}

}
