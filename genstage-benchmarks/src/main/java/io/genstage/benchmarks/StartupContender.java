package io.genstage.benchmarks;

import java.util.Locale;

/**
 * An application that starts.
 */
public enum StartupContender {

	/** Methods that nobody makes stages of. */
	WITHOUT_STARTER(StartupApplications.WithoutStarter.class),

	/** The same with the starter. */
	WITH_STARTER(StartupApplications.WithStarter.class);

	private final Class<?> application;

	StartupContender(Class<?> application) {
		this.application = application;
	}

	Class<?> application() {
		return this.application;
	}

	/** Returns the name that a table shows. */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}
