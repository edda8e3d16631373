package io.genstage.trial.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that ends soon.
 */
public final class Command {

	private Command() {
	}

	/**
	 * Runs a command without an input.
	 * @param command the program and its arguments
	 * @return what it prints, without space at the ends
	 */
	public static String output(List<String> command) {
		return output(command, new File("/dev/null"));
	}

	/**
	 * Runs a command.
	 * @param command the program and its arguments
	 * @param input its standard input
	 * @return what it prints, without space at the ends
	 * @throws IllegalStateException if it fails, with what it has printed
	 */
	public static String output(List<String> command, File input) {
		try {
			Process process = new ProcessBuilder(command).redirectInput(input).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s has failed:%n%s".formatted(command, output));
			}
			return output.strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while waiting for " + command, ex);
		}
	}

}
