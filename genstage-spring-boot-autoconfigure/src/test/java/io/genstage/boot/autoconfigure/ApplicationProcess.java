package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application in a JVM of its own, and what it prints.
 */
final class ApplicationProcess implements AutoCloseable {

	/** As long as a busy machine may take for the start or the end of an application. */
	private static final Duration LONGEST = Duration.ofMinutes(3);

	private final Process process;

	private final Path output;

	private ApplicationProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	static ApplicationProcess start(Class<?> application, Path directory, String... arguments) throws IOException {
		Path output = Files.createTempFile(directory, "output", ".txt");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), application.getName()));
		command.addAll(List.of(arguments));
		return new ApplicationProcess(
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
	}

	void awaitOutput(String text) throws IOException {
		Awaitility.await().atMost(LONGEST).until(() -> output().contains(text) || !this.process.isAlive());
		assertThat(output()).contains(text);
	}

	/** Writes a line that it can read. */
	void send(String line) throws IOException {
		this.process.getOutputStream().write((line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/** Ends it as an operating system or a container does. */
	void terminate() {
		this.process.destroy();
	}

	int awaitExit() throws InterruptedException {
		assertThat(this.process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return this.process.exitValue();
	}

	String output() throws IOException {
		return Files.readString(this.output);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
