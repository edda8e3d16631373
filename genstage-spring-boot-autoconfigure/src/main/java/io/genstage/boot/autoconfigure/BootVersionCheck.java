package io.genstage.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Ends the start of an application with a version of Spring Boot that lacks classes which
 * are needed here, before one of them is missed deep inside of it.
 * <p>
 * It uses only what old versions have too, and so must the
 * {@link UnsupportedBootVersionFailureAnalyzer analyzer} of its failure.
 */
final class BootVersionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final int OLDEST = 4;

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		check(SpringBootVersion.getVersion());
	}

	/** Fails for an old version. One that can't be read is nobody's fault. */
	static void check(@Nullable String version) {
		int major = majorOf(version);
		if (version != null && major >= 0 && major < OLDEST) {
			throw new UnsupportedBootVersionException(version);
		}
	}

	private static int majorOf(@Nullable String version) {
		int end = (version != null) ? version.indexOf('.') : -1;
		try {
			return (version != null && end > 0) ? Integer.parseInt(version.substring(0, end)) : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

}
