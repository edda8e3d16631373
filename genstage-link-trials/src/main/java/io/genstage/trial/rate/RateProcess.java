package io.genstage.trial.rate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with a client, which takes one trial after the other.
 */
final class RateProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private RateProcess(Process process) {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Starts a process.
	 * @param main its class
	 * @param arguments its arguments
	 */
	static RateProcess start(Class<?> main, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms512m", "-Xmx512m",
						"-cp", System.getProperty("java.class.path")));
		Stream.of(System.getProperty("test.links.rates.jvm", "").split(" ", -1))
			.filter((option) -> !option.isEmpty())
			.forEach((option) -> command.add(1, option));
		command.add(main.getName());
		command.addAll(List.of(arguments));
		return new RateProcess(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
	}

	/** Lets it take a trial. */
	Rate measure(Trial trial) throws IOException {
		this.process.outputWriter(StandardCharsets.UTF_8).append(trial.line()).append('\n').flush();
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			Rate measured = Rate.parse(line);
			if (measured != null) {
				return measured;
			}
			System.out.println(line); // what it has logged
		}
		throw new IllegalStateException("the process has ended at " + trial);
	}

	/** Lets it end by itself, for what its JVM does then. */
	@Override
	public void close() {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8).close();
			if (!this.process.waitFor(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("a process doesn't end");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
