package io.genstage.sample;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.genstage.probe.Greeting;
import io.genstage.probe.JarProbe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The executable jar, run as a user does it, with stages beside it that look for classes,
 * resources and services on each kind of thread, and as it was processed ahead of time.
 * Runs when the jar is packaged, once for all JDKs: in the run of the tests on the newest
 * one.
 */
class ExecutableJarTests {

	private static final int BASELINE = 17;

	private static final Path JDKS = Path.of("/usr/lib/jvm");

	/**
	 * As the guide advises: virtual threads that load classes from an executable jar may
	 * block each other for ever otherwise.
	 */
	private static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=64";

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	private Path beside;

	@BeforeEach
	void putTheProbeBesideTheJar() throws Exception {
		Path classes = Path.of(JarProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path probe = Path.of("io", "genstage", "probe");
		FileSystemUtils.copyRecursively(classes.resolve(probe), this.beside.resolve(probe));
		Files.writeString(this.beside.resolve("greetings.properties"), "greeting=Good day");
		Path services = Files.createDirectories(this.beside.resolve("META-INF/services"));
		Files.writeString(services.resolve(Greeting.class.getName()), Greeting.Polite.class.getName());
	}

	@ParameterizedTest
	@CsvSource({ "oldest, false", "newest, false", "newest, true" })
	void findsEverythingOnEachKindOfThread(String which, boolean virtualThreads) throws Exception {
		List<Jdk> jdks = jdks();
		Jdk newest = jdks.get(jdks.size() - 1);
		assumeTrue(Runtime.version().feature() == newest.version(),
				() -> "left to the run of the tests on JDK %d".formatted(newest.version()));
		Jdk jdk = which.equals("newest") ? newest : jdks.get(0);
		if (which.equals("oldest") && jdk.version() != BASELINE) {
			skip("the executable jar is not run on JDK %d, which is not in %s".formatted(BASELINE, JDKS));
		}
		if (virtualThreads && jdk.version() < 21) {
			skip("the executable jar is not run on virtual threads, which JDK %d doesn't have"
				.formatted(jdk.version()));
		}
		Path output = this.beside.resolve("output.txt");
		Process process = new ProcessBuilder(jdk.java().toString(), "-Dloader.main=" + JarProbe.class.getName(),
				"-Dloader.path=" + this.beside, CARRIERS, "-cp", jar().toString(),
				"org.springframework.boot.loader.launch.PropertiesLauncher", "--server.port=0",
				"--spring.threads.virtual.enabled=" + virtualThreads)
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		boolean ended = process.waitFor(120, TimeUnit.SECONDS);
		process.destroyForcibly();
		assertThat(ended ? process.exitValue() : -1).as(Files.readString(output)).isZero();
		assertThat(Files.readString(output)).contains("probe: on the pool: everything")
			.contains("probe: on the caller or a timer: everything");
	}

	@Test
	void startsFromWhatTheBuildHasGeneratedAheadOfTime() throws Exception {
		Jdk newest = jdks().get(jdks().size() - 1);
		assumeTrue(Runtime.version().feature() == newest.version(),
				() -> "left to the run of the tests on JDK %d".formatted(newest.version()));
		Path output = this.beside.resolve("output.txt");
		Process process = new ProcessBuilder(newest.java().toString(), "-Dspring.aot.enabled=true", "-jar",
				jar().toString(), "--server.port=0")
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			AheadOfTimeTests.assertThatItAnswers(port(process, output));
			assertThat(Files.readString(output)).contains("Starting AOT-processed SampleApplication")
				.doesNotContain("ERROR");
		}
		finally {
			process.destroy();
			if (!process.waitFor(60, TimeUnit.SECONDS)) {
				process.destroyForcibly().waitFor();
			}
		}
	}

	/** Waits until the log says where the application is, or that it has ended. */
	private static int port(Process process, Path output) throws IOException {
		Sample.await().until(() -> !process.isAlive() || PORT.matcher(Files.readString(output)).find());
		Matcher port = PORT.matcher(Files.readString(output));
		assertThat(port.find()).as(Files.readString(output)).isTrue();
		return Integer.parseInt(port.group(1));
	}

	private static Path jar() {
		return Path.of(System.getProperty("sample.jar"));
	}

	/** So that nobody takes it for done. */
	private static void skip(String why) {
		System.out.println("SKIPPED: " + why);
		abort(why);
	}

	/** Returns those that the tests can run on, the oldest first. */
	private static List<Jdk> jdks() throws IOException {
		List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
		if (Files.isDirectory(JDKS)) {
			try (DirectoryStream<Path> found = Files.newDirectoryStream(JDKS)) {
				found.forEach(homes::add);
			}
		}
		return homes.stream()
			.flatMap(Jdk::at)
			.filter((jdk) -> jdk.version() >= BASELINE)
			.sorted((one, other) -> Integer.compare(one.version(), other.version()))
			.toList();
	}

	/**
	 * A JDK of this machine.
	 */
	private record Jdk(Path home, int version) {

		static Stream<Jdk> at(Path home) {
			Path release = home.resolve("release");
			if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isRegularFile(release)) {
				return Stream.empty();
			}
			Properties properties = new Properties();
			try (var reader = Files.newBufferedReader(release)) {
				properties.load(reader);
			}
			catch (IOException ex) {
				return Stream.empty();
			}
			String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
			return Stream.of(new Jdk(home, Runtime.Version.parse(version).feature()));
		}

		Path java() {
			return this.home.resolve("bin").resolve("java");
		}

	}

}
