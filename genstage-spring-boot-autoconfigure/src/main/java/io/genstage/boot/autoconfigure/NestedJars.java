package io.genstage.boot.autoconfigure;

import java.net.URL;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Warns of virtual threads that load classes from the jars within an executable jar.
 * <p>
 * A virtual thread that loads a class keeps its carrier while it waits for the lock of
 * the jar. If all carriers wait like that, and the thread that has the lock has just
 * given up its own, none goes on, ever. There are as many carriers as processors.
 */
final class NestedJars {

	private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

	private static final Log logger = LogFactory.getLog(NestedJars.class);

	private NestedJars() {
	}

	/**
	 * Logs a warning if stages on virtual threads may come to a stand, unless the user
	 * has set the number of carriers.
	 * @param loader loads the classes of the application
	 */
	static void warnOfVirtualThreads(@Nullable ClassLoader loader) {
		if (loader != null && isWithinJar(loader) && System.getProperty(CARRIERS) == null) {
			logger.warn(
					("Stages run on virtual threads and load classes from an executable jar. On %d processors they may "
							+ "block each other for ever. Extract the jar with '-Djarmode=tools', or set -D%s=64")
						.formatted(Runtime.getRuntime().availableProcessors(), CARRIERS));
		}
	}

	private static boolean isWithinJar(ClassLoader loader) {
		URL here = loader.getResource(ClassUtils.convertClassNameToResourcePath(NestedJars.class.getName()) + ".class");
		return here != null && here.getPath().startsWith("nested:");
	}

}
