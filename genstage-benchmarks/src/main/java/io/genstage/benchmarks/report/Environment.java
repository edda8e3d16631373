package io.genstage.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/**
 * Where something was measured.
 *
 * @param system the operating system with its version, and the processor if it is known
 * @param processors how many processors the JVM sees
 * @param versions the names and versions of the peers
 */
public record Environment(String system, int processors, List<String> versions) {

	/** Returns this machine, and the peers that this module was built with. */
	static Environment current() throws IOException {
		String system = "%s %s, %s".formatted(System.getProperty("os.name"), System.getProperty("os.version"),
				processor());
		return new Environment(system, Runtime.getRuntime().availableProcessors(), peers());
	}

	/** Returns a sentence. */
	String text(String jvm) {
		return "%s; %d processors; %s; %s.".formatted(this.system, this.processors, jvm,
				String.join(", ", this.versions));
	}

	private static String processor() throws IOException {
		Path description = Path.of("/proc/cpuinfo");
		String architecture = System.getProperty("os.arch");
		if (Files.notExists(description)) {
			return architecture;
		}
		return Files.readAllLines(description)
			.stream()
			.filter((line) -> line.startsWith("model name"))
			.map((line) -> line.substring(line.indexOf(':') + 1).trim())
			.findFirst()
			.orElse(architecture);
	}

	private static List<String> peers() throws IOException {
		Properties versions = new Properties();
		try (InputStream file = Objects.requireNonNull(Environment.class.getResourceAsStream("peers.properties"),
				"peers.properties must be on the class path")) {
			versions.load(file);
		}
		return versions.stringPropertyNames()
			.stream()
			.sorted()
			.map((peer) -> peer + " " + versions.getProperty(peer))
			.toList();
	}

}
