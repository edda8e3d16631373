package io.genstage.jdbc.database;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that ends soon.
 */
final class Command {

	private Command() {
	}

	static String output(List<String> command) {
		return output(command, new File("/dev/null"));
	}

	/** Returns what a command with an input prints, without space at the ends. */
	static String output(List<String> command, File input) {
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
