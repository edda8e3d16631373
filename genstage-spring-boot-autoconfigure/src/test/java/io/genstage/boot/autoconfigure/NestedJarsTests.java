package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class NestedJarsTests {

	private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

	@AfterEach
	void clear() {
		System.clearProperty(CARRIERS);
	}

	@Test
	void areDangerousOnVirtualThreads(CapturedOutput output) {
		NestedJars.warnOfVirtualThreads(new LaunchedLoader());
		assertThat(output).contains("Stages run on virtual threads and load classes from an executable jar.")
			.contains("Extract the jar with '-Djarmode=tools', or set -D" + CARRIERS);
	}

	@Test
	void areLessSoWithMoreCarriers(CapturedOutput output) {
		System.setProperty(CARRIERS, "64");
		NestedJars.warnOfVirtualThreads(new LaunchedLoader());
		assertThat(output).doesNotContain("virtual threads");
	}

	@Test
	void areNoneOnAnOrdinaryClassPath(CapturedOutput output) {
		NestedJars.warnOfVirtualThreads(getClass().getClassLoader());
		NestedJars.warnOfVirtualThreads(null);
		assertThat(output).doesNotContain("virtual threads");
	}

	/**
	 * Finds what it is asked for where the loader of an executable jar does.
	 */
	private static final class LaunchedLoader extends ClassLoader {

		@Override
		public URL getResource(String name) {
			try {
				return new URL("jar", "", -1, "nested:/app.jar/!BOOT-INF/lib/genstage.jar!/" + name,
						new URLStreamHandler() {

							@Override
							protected URLConnection openConnection(URL url) throws IOException {
								throw new IOException("is only looked at");
							}

						});
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
